import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { Task } from 'tsworks'
import { pathBuffer, type PathBytes } from './path-bytes.ts'
import { TextCounter, type WordRule } from './words.ts'

/** What is known of a file that has been read. */
export interface FileFacts {
  readonly sha256: string
  readonly bytes: number
  readonly lines: number
  readonly words: number
}

const CHUNK_BYTES = 256 * 1024

/** Reads files. It has its thread for itself, so it may block in it: no callbacks, no streams. */
export class Reader extends Task {
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES)

  /** An error of the file system goes to the caller as it is. */
  read(path: PathBytes, rule: WordRule): FileFacts {
    const hash = createHash('sha256')
    const text = new TextCounter(rule)
    let bytes = 0
    const file = openSync(pathBuffer(path), 'r')
    try {
      for (;;) {
        const read = readSync(file, this.#chunk)
        if (read === 0) break
        const piece = this.#chunk.subarray(0, read)
        hash.update(piece)
        text.add(piece)
        bytes += read
      }
    } finally {
      closeSync(file)
    }
    return { sha256: hash.digest('hex'), bytes, lines: text.lines, words: text.words }
  }
}
