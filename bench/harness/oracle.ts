import { inspect, isDeepStrictEqual } from 'node:util'

/** What was done is not what was to be done: there is no figure. */
export class OracleFailed extends Error {
  override name = 'OracleFailed'
}

/** Throws OracleFailed if they are not equal, at any depth. */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return
  throw new OracleFailed(`${what}: expected ${shown(expected)}, found ${shown(found)}`)
}

/** What `add(0, text) … add(count - 1, text)` give together. */
export function sumOfAdds(count: number, text: string): number {
  return (count * (count - 1)) / 2 + count * text.length
}

function shown(value: unknown): string {
  return inspect(value, { breakLength: Infinity, maxArrayLength: 3, maxStringLength: 30 })
}
