// The fenced blocks of a Markdown file.

export interface Block {
  /** The words after the fence: ```` ```ts run ```` has ['ts', 'run']. */
  readonly words: readonly string[]
  readonly text: string
  /** The line of its first line, counted from 1. */
  readonly line: number
}

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  let open: { indent: number; fence: string; words: string[]; line: number; lines: string[] } | undefined
  for (const [index, text] of markdown.split('\n').entries()) {
    const [, space = '', fence, info = ''] = /^( *)(`{3,})(.*)$/.exec(text) ?? []
    if (open === undefined) {
      if (fence === undefined) continue
      open = { indent: space.length, fence, words: info.trim().split(/\s+/), line: index + 2, lines: [] }
    } else if (fence === open.fence && info.trim() === '') {
      blocks.push({ words: open.words, text: open.lines.join('\n') + '\n', line: open.line })
      open = undefined
    } else {
      open.lines.push(text.slice(open.indent))
    }
  }
  return blocks
}

/** What stands between them. */
export function withoutBlocks(markdown: string): string {
  const lines: (string | undefined)[] = markdown.split('\n')
  for (const { line, text } of blocksOf(markdown)) {
    const last = line - 1 + text.split('\n').length - 1
    for (let index = line - 2; index <= last; index++) lines[index] = undefined
  }
  return lines.filter((line) => line !== undefined).join('\n')
}
