/** Rows of 16 bytes with offset and text column, as a reader of packet dumps expects them. */
export function hexDump(hex: string, limitBytes: number): { readonly rows: string; readonly leftOut: number } {
  const clean = hex.toLowerCase().replace(/[^0-9a-f]/g, '')
  const total = Math.floor(clean.length / 2)
  const shown = Math.min(total, limitBytes)
  const rows: string[] = []
  for (let offset = 0; offset < shown; offset += bytesPerRow) {
    const bytes: string[] = []
    let text = ''
    for (let index = offset; index < Math.min(offset + bytesPerRow, shown); index++) {
      const byte = clean.slice(index * 2, index * 2 + 2)
      const value = Number.parseInt(byte, 16)
      bytes.push(byte)
      text += value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : '·'
    }
    const left = bytes.slice(0, 8).join(' ').padEnd(23)
    const right = bytes.slice(8).join(' ').padEnd(23)
    rows.push(`${offset.toString(16).padStart(4, '0')}  ${left}  ${right}  ${text}`)
  }
  return { rows: rows.join('\n'), leftOut: total - shown }
}

const bytesPerRow = 16
