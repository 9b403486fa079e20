import { type Remote, Task, TsworksError } from 'tsworks'
import type { PathBytes } from './path-bytes.ts'
import type { Reader } from './reader.ts'
import { Total, type Totals } from './total.ts'
import { walk } from './walk.ts'
import type { WordRule } from './words.ts'

export interface IndexerEvents {
  progress(files: number, bytes: number): void
}

export interface Wish {
  readonly folder: PathBytes
  readonly rule: WordRule
  /** How many files each Reader may have in its hands and its mailbox. */
  readonly window: number
}

const PROGRESS_MS = 100

/** Walks a folder, has the Readers read what it finds, and adds up what they answer. */
export class Indexer extends Task<IndexerEvents> {
  async indexFolder({ folder, rule, window }: Wish): Promise<Totals> {
    const { signal } = this
    const total = new Total()
    const files = walk(folder, (path, error) => total.cannotRead(path, error))
    let shown = performance.now()

    // One lane is one file on its way: it takes the next path when the last one has been answered. So a Reader that has the small
    // files gets more of them, and no mailbox grows, however fast the folder is walked.
    const lane = async (reader: Remote<Reader>): Promise<void> => {
      for await (const path of files) {
        if (signal.aborted) break
        try {
          total.add(path, await reader.read(path, rule))
        } catch (error) {
          if (error instanceof TsworksError) throw error
          total.cannotRead(path, error)
        }
        if (performance.now() - shown < PROGRESS_MS) continue
        shown = performance.now()
        this.notify.progress(total.files, total.bytes)
      }
    }
    await Promise.all(this.actors('reader').flatMap((reader) => Array.from({ length: window }, () => lane(reader))))
    return total.done()
  }
}
