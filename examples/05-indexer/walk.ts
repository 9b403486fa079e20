import { readdir } from 'node:fs/promises'
import { joinPath, pathBuffer, type PathBytes } from './path-bytes.ts'

/** Called for a folder below the first one that cannot be read. */
export type CannotRead = (path: PathBytes, error: unknown) => void

/** The files below a folder, as `find FOLDER/ -type f` finds them: symbolic links are not followed. Throws if the folder cannot be read. */
export async function* walk(folder: PathBytes, cannotRead: CannotRead): AsyncGenerator<PathBytes, void> {
  const entries = await readdir(pathBuffer(folder), { withFileTypes: true, encoding: 'buffer' })
  for (const entry of entries) {
    const path = joinPath(folder, entry.name)
    if (entry.isFile()) yield path
    else if (entry.isDirectory()) {
      try {
        yield* walk(path, cannotRead)
      } catch (error) {
        cannotRead(path, error)
      }
    }
  }
}
