/**
 * Paths as the system has them: bytes, which need not be UTF-8. Here a path is a string with one character for each byte (latin1): it
 * travels between threads like any string, loses nothing, and sorts as `LC_ALL=C sort` does.
 */
export type PathBytes = string

export function pathBytes(path: string | Buffer): PathBytes {
  return Buffer.from(path).toString('latin1')
}

/** The path for Node's file system. */
export function pathBuffer(path: PathBytes): Buffer {
  return Buffer.from(path, 'latin1')
}

/** The path for people, on one line. */
export function shownPath(path: PathBytes): string {
  return JSON.stringify(pathBuffer(path).toString())
}

export function joinPath(folder: PathBytes, name: Buffer): PathBytes {
  return `${folder}${folder.endsWith('/') ? '' : '/'}${pathBytes(name)}`
}
