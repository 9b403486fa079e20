import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'

export interface TreeWish {
  readonly files: number
  readonly seed: number
}

/** A few names that break scripts. `?` becomes what makes the name unique; the bytes are latin1. */
const ODD_NAMES = [
  'two  words ?',
  '-n ?',
  'line\nbreak ?',
  'return\r?',
  'back\\slash ?',
  'it\'s "?"',
  '* ?',
  'caf\u00e9 ?',
  '.hidden ?',
  '\u00ff\u00fe ?',
]
/** What stands between words, and what looks as if it did. */
const SPACES = [' ', '  ', '\n', '\r\n', '\t', '\v', '\f', '\u00a0', '\u0085', '\0']
const CHUNK_BYTES = 256 * 1024

/** Makes a tree of as many files, the same for the same seed. */
export function makeTree(root: string, { files, seed }: TreeWish): void {
  const chance = chanceFrom(seed)
  const below = (n: number): number => Math.floor(chance() * n)
  const bytes = (latin1: string): Buffer => Buffer.from(latin1, 'latin1')
  const rootBytes = Buffer.from(root).toString('latin1')

  mkdirSync(root)
  const folders = [rootBytes]
  for (let i = 0; i < files / 50; i++) {
    const folder = `${folders[below(folders.length)]}/${below(4) === 0 ? oddName(`folder ${i}`, i) : `folder ${i}`}`
    if (Buffer.byteLength(folder) > 2_000) continue
    mkdirSync(bytes(folder))
    folders.push(folder)
  }

  const content = (i: number): Buffer => {
    if (i % 20 === 0) return Buffer.alloc(0)
    if (i % 2_000 === 1) return randomBytes(4_000_000 + below(4_000_000))
    // The last word of a chunk goes on in the next one.
    if (i % 500 === 2) return Buffer.alloc(CHUNK_BYTES + (i % 3) - 1, 'word')
    return i % 10 === 3 ? randomBytes(below(5_000)) : bytes(randomText(below(1_000)))
  }
  const randomBytes = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, () => below(256)))
  const randomText = (words: number): string => {
    let text = ''
    for (let i = 0; i < words; i++)
      text +=
        chance()
          .toString(36)
          .slice(2, 3 + below(10)) + SPACES[below(below(10) === 0 ? SPACES.length : 3)]
    return text
  }

  for (let i = 0; i < files; i++) {
    const path = `${folders[below(folders.length)]}/${below(10) === 0 ? oddName(`file ${i}`, i) : `file-${i}.txt`}`
    if (i % 1_000 === 999) linkSync(bytes(`${rootBytes}/first`), bytes(path))
    else writeFileSync(i === 0 ? bytes(`${rootBytes}/first`) : bytes(path), content(i))
  }
  // What is no file, and must not be read, let alone followed.
  symlinkSync('first', `${root}/link to a file`)
  symlinkSync('.', `${root}/link to a folder`)
  symlinkSync('nowhere', `${root}/link to nothing`)
  execFileSync('mkfifo', [`${root}/a pipe that nobody writes`])
}

function oddName(unique: string, i: number): string {
  return ODD_NAMES[i % ODD_NAMES.length]!.replace('?', unique)
}

/** Random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function chanceFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
