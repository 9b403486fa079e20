/** For pools that give a function one value: loaded in their thread. */

import { add as sum } from './add.ts'

export function add([n, text]: readonly [number, string]): number {
  return sum(n, text)
}

export function echo(value: unknown): unknown {
  return value
}
