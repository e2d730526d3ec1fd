import type { Command } from 'commander'

export function addDigestCommand(program: Command): void {
  program
    .command('digest')
    .description("the digest of an origin's sentence, as requirements.yaml cites it")
    .argument('[sentence...]', 'the sentence; standard input where absent')
    .action(async (words: readonly string[]) => {
      const { sentenceDigest } = await import('@p2pspec/generator/lint/sentence-digest')
      const { text } = await import('node:stream/consumers')
      console.log(sentenceDigest(words.length > 0 ? words.join(' ') : await text(process.stdin)))
    })
}
