/**
 * transfer(): what shall move with a message instead of being copied (S5).
 *
 *   transfer(value) ── marks what can move in it ──▶ the next message with it takes it ──▶ detached here, the receiver's there
 *                                                 └▶ is refused ──▶ nothing has moved, the mark stays
 *
 * The mark is on the thing itself and not on the value, so the value is what it was, at any depth of whatever is sent, and a method that is
 * called directly, in a unit test, gets it as it is. What has moved is detached, so its mark means nothing any more.
 *
 * Looked at before anything is marked, and once more when a message is written (movables.ts): things change between the two.
 */

import { types } from 'node:util'
import { BadDefinition } from '../core/errors.ts'
import { describe } from '../core/traits.ts'
import { close, hasBrought, movableName, troubleOf, type Movable } from './movables.ts'
import { reachable } from './reachable.ts'
import { refusal, type Found } from './refusal.ts'
import { bufferForm } from './slots.ts'
import { livingExtent } from './views.ts'

const leaving = new WeakSet<object>()

/** Whether a thing moves with the next message that it stands in. */
export function isLeaving(thing: object): boolean {
  return leaving.has(thing)
}

/** Whether something that must be closed was ever marked here. */
let hasMarked = false

/** These move on with the next message, as they have come to where they wait for it. */
export function markLeaving(things: readonly object[]): void {
  for (const thing of things) {
    leaving.add(thing)
    if (!types.isArrayBuffer(thing)) hasMarked = true
  }
}

/** Where something has moved here with a value that is for somebody else, all in it that can move does so with its next message: nobody else has it. */
export function movesOn(value: unknown): void {
  if (hasBrought(value)) markLeaving([...movablesIn(value)].filter((thing) => troubleOf(thing) === undefined))
}

/** Somebody here has got it: what should have moved on with it is his. */
export function staysHere(value: unknown): void {
  if (hasBrought(value)) for (const thing of movablesIn(value)) leaving.delete(thing)
}

/** A value was to go to somebody who is gone: what was to move with it, and has not, is closed, since nobody else will. */
export function closeUnclaimed(value: unknown): void {
  if (hasMarked) for (const thing of reachable(value)) if (leaving.delete(thing)) close(thing)
}

/**
 * Says that the next message with this value moves what is in it instead of copying it: ArrayBuffers (of typed arrays and Buffers, too),
 * MessagePorts, web streams and FileHandles. They are detached here as soon as the message is accepted, also where its receiver lives in the
 * same thread. A message that is refused at the call has moved nothing, and what was marked moves with the next one.
 *
 * @param value an argument, a result, or a part of one, at any depth
 * @param list what moves; all that can and stands in the value if it is left out. SharedArrayBuffers stay shared, and the pools of
 *   small Buffers are copied
 * @returns the value itself
 * @throws NotCloneable if there is nothing to move; if something of the list is not in the value, is in the list twice, or cannot be moved;
 *   and for what is detached, closed, locked or in use. Nothing is marked then
 * @example
 * const pixels = new Uint8Array(1_000_000)
 * await this.actor('encoder').encode(transfer(pixels))
 * // pixels.length === 0: they are the encoder's now
 */
export function transfer<T>(value: T, list?: readonly Movable[]): T {
  const inValue = movablesIn(value)
  markLeaving(list === undefined ? movableNow(value, inValue) : checkedList(list, inValue))
  return value
}

const NOTHING: Found = { found: 'a value with nothing in it to move', cannot: 'be moved' }

/** The things in a value that are of a kind that moves, those that views are on included. */
function movablesIn(value: unknown): ReadonlySet<object> {
  const found = new Set<object>()
  for (const thing of reachable(value)) {
    if (types.isArrayBufferView(thing)) {
      const extent = livingExtent(thing)
      // A view on bytes that are gone is refused when it is sent, with its path.
      if (extent !== undefined && !types.isSharedArrayBuffer(extent.buffer)) found.add(extent.buffer)
    } else if (movableName(thing) !== undefined) found.add(thing)
  }
  return found
}

/** All but the buffers that have to stay, which are copied; there must be others. */
function movableNow(value: unknown, inValue: ReadonlySet<object>): readonly object[] {
  const refused = (found: Found): Error => refusal({ path: 'transfer(value)', executed: 'no' }, [], found)
  const moves: object[] = []
  let stays: Found | undefined
  for (const thing of inValue) {
    const trouble = troubleOf(thing)
    if (trouble === undefined) moves.push(thing)
    else if (types.isArrayBuffer(thing) && !bufferForm(thing).detached) stays = trouble
    else throw refused(trouble)
  }
  if (moves.length > 0) return moves
  const sharesMemory = [...reachable(value)].some(isOnSharedMemory)
  throw refused(stays ?? (sharesMemory ? { ...NOTHING, cure: SHARED_CURE } : { ...NOTHING, cure: NOTHING_CURE }))
}

function isOnSharedMemory(thing: object): boolean {
  return types.isSharedArrayBuffer(types.isArrayBufferView(thing) ? livingExtent(thing)?.buffer : thing)
}

function checkedList(list: unknown, inValue: ReadonlySet<object>): readonly object[] {
  if (!Array.isArray(list))
    throw new BadDefinition(`transfer(value, list): list: expected an array of what moves, found ${describe(list)}`)
  const checked = new Set<object>()
  for (const [index, thing] of (list as readonly unknown[]).entries()) {
    const found = whyNotListed(thing, { inValue, before: checked })
    if (found !== undefined)
      throw refusal({ path: 'transfer(value, list): list', executed: 'no' }, [index], { ...found, cannot: 'be moved' })
    checked.add(thing as object)
  }
  return [...checked]
}

function whyNotListed(
  thing: unknown,
  { inValue, before }: { readonly inValue: ReadonlySet<object>; readonly before: ReadonlySet<object> },
): Found | undefined {
  if (typeof thing !== 'object' || thing === null) return { found: describe(thing), cure: MOVABLE_CURE }
  if (types.isSharedArrayBuffer(thing)) return { found: 'a SharedArrayBuffer', cure: SHARED_CURE }
  if (types.isArrayBufferView(thing)) return { found: 'a view', cure: 'name its buffer instead: [view.buffer]' }
  const name = movableName(thing)
  if (name === undefined) return { found: describe(thing), cure: MOVABLE_CURE }
  if (before.has(thing)) return { found: `${name} that stands in the list already`, cure: 'name it once' }
  if (!inValue.has(thing)) return { found: `${name} that is not in the value`, cure: 'send it with the value' }
  return troubleOf(thing)
}

const MOVABLE_CURE = 'only ArrayBuffers, MessagePorts, web streams and FileHandles can'
const NOTHING_CURE = `${MOVABLE_CURE}; all else is copied: send it as it is`
const SHARED_CURE = 'shared memory stays shared by both sides: send it as it is'
