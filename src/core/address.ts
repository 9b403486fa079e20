/**
 * What an object is called and where it lives (S39, S42).
 *
 *   ring#3        a name, with a key after `#`
 *   . / @ : * >   kept for nodes
 *   worker:17     what `spawn` calls an object that was given no name: its definition's key and its pid
 */

import { BadDefinition } from './errors.ts'
import { describe } from './traits.ts'

/** Full address of one object; `node` is empty within one process. */
export interface Address {
  readonly node: string
  readonly name: string
  /** Grows and is never used again. */
  readonly pid: number
  /** The thread that it lives in, as the kernel numbers them; 0 is the main thread. */
  readonly place: number
  /** Start level: what it may wait for while the system starts (S27). */
  readonly level: number
}

/** The pid of code that belongs to no object, such as the main program. */
export const OUTSIDE = 0

const NAME = /^[A-Za-z][A-Za-z0-9_-]*(#[A-Za-z0-9_-]+)?$/

/** Returns `name`, or throws a BadDefinition that says what a name must be. */
export function checkedName(name: string, what: string): string {
  if (typeof name === 'string' && NAME.test(name)) return name
  throw new BadDefinition(
    `${what}: expected a name that starts with a letter and goes on with letters, digits, _ or -, optionally with a key ` +
      `after # (door, ring#3), found ${describe(name)}`,
  )
}
