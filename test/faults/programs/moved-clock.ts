/**
 * A wall clock that can be moved, preloaded into a program and all its threads (`--import`): whatever JavaScript asks for the time of day goes
 * through Date. A file says how far off it is, in ms.
 */

import { readFileSync } from 'node:fs'
import process from 'node:process'

const now = Date.now.bind(Date)
const moved = (): number => now() + Number(readFileSync(process.env['MOVED_CLOCK']!, 'utf8'))

globalThis.Date = new Proxy(Date, {
  construct: (target, given: unknown[], newTarget) =>
    Reflect.construct(target, given.length === 0 ? [moved()] : given, newTarget) as Date,
})
Date.now = moved
