/** Smallest RSA modulus that is accepted, in bits. */
export const rsaMinimumBits = 2048
/** Largest RSA modulus that is accepted, in bits. */
export const rsaMaximumBits = 8192
/** Longest public key message: RSA of 8,192 bits with an exponent of four bytes, and the message around it. */
export const publicKeyMaximumBytes = 1_070
/** Longest private key message: PKCS #1 of 8,192 bits is about 4,700 bytes. */
export const privateKeyMaximumBytes = 5_120
/** Longest text of a peer id that is looked at; a base16 CID of an inlined key has 97 characters. */
export const peerIdTextMaximumLength = 128
/** Longest public key message that is inlined into a peer id instead of hashed. */
export const inlineKeyMaximumBytes = 42
