/** All objects in a value, as far as one gets without running code of the user's: what getters and JavaScript Proxies would give is not looked at. */

import { types } from 'node:util'
import { classify } from './classify.ts'
import { entriesOf, membersOf } from './slots.ts'

/** The elements of longer arrays are read: to ask for their descriptors would take too long, and none of them is a getter. */
const MANY = 1_000

export function reachable(root: unknown): ReadonlySet<object> {
  const things = new Set<object>()
  const add = (value: unknown): void => {
    if (typeof value === 'object' && value !== null && !types.isProxy(value)) things.add(value)
  }
  add(root)
  // A Set also goes on to what is added while it is walked.
  for (const thing of things) {
    const kind = classify(thing)
    if (kind === 'map') for (const entry of entriesOf(thing)) entry.forEach(add)
    else if (kind === 'set') membersOf(thing).forEach(add)
    else if (kind === 'array' && (thing as unknown[]).length > MANY) Array.prototype.forEach.call(thing, add)
    else if (kind === 'plain' || kind === 'bare' || kind === 'array' || kind === 'error')
      for (const key of Reflect.ownKeys(thing)) add(Object.getOwnPropertyDescriptor(thing, key)?.value)
  }
  return things
}
