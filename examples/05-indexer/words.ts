import { execFileSync } from 'node:child_process'

/**
 * What makes a word for `wc -w` in the C locale. Words stand between white space; but of one that has no printable character, as in a
 * binary file, GNU wc up to 9.4 takes no notice, while 9.5, BSD and POSIX count it.
 */
export type WordRule = 'printable' | 'any'

/** The rule of this machine's own wc. */
export function wordRuleHere(): WordRule {
  try {
    const count = execFileSync('wc', ['-w'], {
      input: '\u0001',
      env: { ...process.env, LC_ALL: 'C' },
      encoding: 'utf8',
    })
    return count.trim() === '0' ? 'printable' : 'any'
  } catch {
    return 'any'
  }
}

const NEWLINE = 10
const SPACE = 0
const WORD = 1
const NEITHER = 2

/** Counts lines and words of a file that comes in pieces. */
export class TextCounter {
  lines = 0
  words = 0
  #inWord = false
  readonly #kinds: Uint8Array

  constructor(rule: WordRule) {
    this.#kinds = KINDS[rule]
  }

  add(bytes: Uint8Array): void {
    const kinds = this.#kinds
    let { lines, words } = this
    let inWord = this.#inWord
    for (const byte of bytes) {
      const kind = kinds[byte]
      if (kind === WORD) {
        if (!inWord) words++
        inWord = true
      } else if (kind === SPACE) {
        inWord = false
        if (byte === NEWLINE) lines++
      }
    }
    this.lines = lines
    this.words = words
    this.#inWord = inWord
  }
}

const KINDS: Readonly<Record<WordRule, Uint8Array>> = { printable: kindsOf(NEITHER), any: kindsOf(WORD) }

function kindsOf(unprintable: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return SPACE
    return byte > 0x20 && byte < 0x7f ? WORD : unprintable
  })
}
