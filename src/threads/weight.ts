/** About how many bytes a value takes on its way, for bounds that need not be exact: what is deep in it counts little. */

import { types } from 'node:util'

/** What a number, a key or an object itself takes. */
const LEAST = 16
/** Elements and properties that are looked at; the others count as these. */
const MOST_LOOKED_AT = 16

export function weightOf(value: unknown, depth = 2): number {
  if (typeof value === 'string') return LEAST + value.length
  if (typeof value !== 'object' || value === null) return LEAST
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return LEAST + value.byteLength
  if (depth === 0) return LEAST
  if (Array.isArray(value)) return LEAST + weightOfAll(value.length, (at) => value[at] as unknown, depth)
  if (types.isMap(value)) return LEAST + weightOfFirst(value.size, Map.prototype.entries.call(value), depth + 1)
  if (types.isSet(value)) return LEAST + weightOfFirst(value.size, Set.prototype.values.call(value), depth)
  const keys = Object.keys(value)
  return (
    LEAST + weightOfAll(keys.length, (at) => Object.getOwnPropertyDescriptor(value, keys[at]!)?.value as unknown, depth)
  )
}

function weightOfAll(count: number, at: (index: number) => unknown, depth: number): number {
  const looked = Math.min(count, MOST_LOOKED_AT)
  let sum = 0
  for (let index = 0; index < looked; index++) sum += weightOf(at(index), depth - 1)
  return looked === 0 ? 0 : Math.ceil((sum / looked) * count)
}

function weightOfFirst(count: number, all: Iterator<unknown>, depth: number): number {
  const first: unknown[] = []
  for (let index = 0; index < MOST_LOOKED_AT && index < count; index++) first.push(all.next().value)
  return weightOfAll(count, (index) => first[index], depth)
}
