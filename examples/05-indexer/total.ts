import { createHash } from 'node:crypto'
import { type PathBytes, shownPath } from './path-bytes.ts'
import type { FileFacts } from './reader.ts'

/** What the index of a folder comes to. */
export interface Totals {
  readonly files: number
  readonly bytes: number
  readonly lines: number
  readonly words: number
  /** The digest of the digests: of what `sha256sum` prints of all files in the order of their paths. */
  readonly sha256: string
  /** What could not be read, in sentences. */
  readonly troubles: readonly string[]
}

/** Adds files up, in whatever order they come. */
export class Total {
  files = 0
  bytes = 0
  #lines = 0
  #words = 0
  readonly #digests: (readonly [PathBytes, string])[] = []
  readonly #troubles: string[] = []

  add(path: PathBytes, facts: FileFacts): void {
    this.files++
    this.bytes += facts.bytes
    this.#lines += facts.lines
    this.#words += facts.words
    this.#digests.push([path, facts.sha256])
  }

  cannotRead(path: PathBytes, error: unknown): void {
    this.#troubles.push(cannotRead(path, error))
  }

  done(): Totals {
    const hash = createHash('sha256')
    for (const [path, sha256] of this.#digests.toSorted(([a], [b]) => (a < b ? -1 : 1)))
      hash.update(digestLine(path, sha256), 'latin1')
    return {
      files: this.files,
      bytes: this.bytes,
      lines: this.#lines,
      words: this.#words,
      sha256: hash.digest('hex'),
      troubles: this.#troubles.toSorted(),
    }
  }
}

export function cannotRead(path: PathBytes, error: unknown): string {
  // Node's message goes on with the call and the path: `EACCES: permission denied, open 'x'`.
  const reason = error instanceof Error ? error.message.replace(/, \w+( '.*')?$/s, '') : String(error)
  return `cannot read ${shownPath(path)}: ${reason}`
}

/** A line of sha256sum, which marks a path with `\` when it had to escape something in it. */
function digestLine(path: PathBytes, sha256: string): string {
  const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return `${escaped === path ? '' : '\\'}${sha256}  ${escaped}\n`
}
