/**
 * What can be moved to another thread instead of being copied, and within one: afterwards the sender's is *detached*, which for each
 * kind means what Node makes of it.
 *
 *   ArrayBuffer     detached, of length 0          MessagePort   closed, its other end talks to the receiver's
 *   web streams     locked, piped to there         FileHandle    closed, with the file open at the receiver's
 *
 * Node moves several things one after the other, and one that cannot go leaves those before it detached already, with nobody to have
 * them (seen on Node 22, 24 and 26). So what moves is looked at before any of it does: `troubleOf`.
 */

import type { FileHandle } from 'node:fs/promises'
import type { ReadableStream, TransformStream, WritableStream } from 'node:stream/web'
import { types } from 'node:util'
import { isMarkedAsUntransferable, MessagePort } from 'node:worker_threads'
import type { Found } from './refusal.ts'
import { bufferForm } from './slots.ts'

/** What transfer() can move. */
export type Movable = ArrayBuffer | MessagePort | ReadableStream | WritableStream | TransformStream | FileHandle

interface MovableKind {
  /** With its article. */
  readonly name: string
  /** Fails on what only has its prototype. */
  readonly probe: (thing: never) => unknown
  /** Why this one cannot be moved now; undefined where it can. */
  readonly trouble: (thing: never) => Pick<Found, 'found' | 'cure'> | undefined
  /** Frees what it holds, when the message that brought it is dropped: nobody else is left who could. */
  readonly close: (thing: never) => void
}

const GONE = 'it was moved away, or closed'

const ARRAY_BUFFER: MovableKind = {
  name: 'an ArrayBuffer',
  probe: () => {},
  trouble: (buffer: ArrayBuffer) => {
    if (bufferForm(buffer).detached) return { found: 'a detached ArrayBuffer', cure: GONE }
    if (isMarkedAsUntransferable(buffer))
      return {
        found: 'the ArrayBuffer of a pool',
        cure: 'other Buffers of this thread stand in it: send it as it is, or make it by Buffer.alloc or new Uint8Array',
      }
    return mayMove(buffer)
      ? undefined
      : { found: 'the memory of a WebAssembly.Memory', cure: 'send it as it is, which copies it' }
  },
  close: () => {},
}

const MESSAGE_PORT: MovableKind = {
  name: 'a MessagePort',
  probe: (port: MessagePort) => port.hasRef(),
  trouble: (port: MessagePort) => (mayMove(port) ? undefined : { found: 'a closed MessagePort', cure: GONE }),
  close: (port: MessagePort) => port.close(),
}

const READABLE: MovableKind = {
  name: 'a ReadableStream',
  probe: ({ locked }: ReadableStream) => locked,
  trouble: ({ locked }: ReadableStream) => (locked ? lockedOne('a locked ReadableStream') : undefined),
  close: (stream: ReadableStream) => void stream.cancel(DROPPED).catch(() => {}),
}

const WRITABLE: MovableKind = {
  name: 'a WritableStream',
  probe: ({ locked }: WritableStream) => locked,
  trouble: ({ locked }: WritableStream) => (locked ? lockedOne('a locked WritableStream') : undefined),
  close: (stream: WritableStream) => void stream.abort(DROPPED).catch(() => {}),
}

const TRANSFORM: MovableKind = {
  name: 'a TransformStream',
  probe: ({ readable }: TransformStream) => readable,
  trouble: ({ readable, writable }: TransformStream) =>
    readable.locked || writable.locked ? lockedOne('a locked TransformStream') : undefined,
  close: ({ readable, writable }: TransformStream) => {
    READABLE.close(readable as never)
    WRITABLE.close(writable as never)
  },
}

const FILE_HANDLE: MovableKind = {
  name: 'a FileHandle',
  probe: () => {},
  trouble: (file: FileHandle) => {
    if (file.fd < 0) return { found: 'a closed FileHandle', cure: GONE }
    return usesOf(file) > 1
      ? { found: 'a FileHandle in use', cure: 'await what it does, and end the streams made of it' }
      : undefined
  },
  // Left to the garbage collector it would be an uncaught error there (Node 26).
  close: (file: FileHandle) => void file.close().catch(() => {}),
}

/** But for FileHandles, whose class Node does not give, and ArrayBuffers, which may be of another realm. */
let kinds: ReadonlyMap<unknown, MovableKind> | undefined

/** Made when first used: Node loads web streams when they are first named, which most threads never do. */
function kindsByPrototype(): ReadonlyMap<unknown, MovableKind> {
  return (kinds ??= new Map<unknown, MovableKind>([
    [MessagePort.prototype, MESSAGE_PORT],
    [globalThis.ReadableStream.prototype, READABLE],
    [globalThis.WritableStream.prototype, WRITABLE],
    [globalThis.TransformStream.prototype, TRANSFORM],
  ]))
}

/** The error at the other end of a stream whose message was dropped. */
const DROPPED = new Error('the message that took this stream along was dropped')

function lockedOne(found: string): Pick<Found, 'found' | 'cure'> {
  return { found, cure: 'it has a reader or a writer here, or was moved away' }
}

let isWritten = false
const STOP = new Error('nothing is to be cloned')
/** Ends a clone, by a getter, when Node begins to write it: by then it has looked at what shall move, and has moved none of it. */
const PROBE = {
  get written(): never {
    isWritten = true
    throw STOP
  },
}

/** Whether Node would let a buffer or a port move. It does not tell otherwise: not of the memory of WebAssembly, nor of a port that is closed. */
function mayMove(thing: ArrayBuffer | MessagePort): boolean {
  isWritten = false
  try {
    structuredClone(PROBE, { transfer: [thing] })
  } catch {
    // Always.
  }
  return isWritten
}

/** Nothing else has such a symbol in its prototype. */
function isFileHandle(prototype: object | null): boolean {
  if (prototype === null) return false
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof constructor !== 'function' || constructor.name !== 'FileHandle') return false
  return Object.getOwnPropertySymbols(prototype).some(({ description }) => description === 'messaging_transfer_symbol')
}

/** How many hold a file, its FileHandle included; 1 if Node does not tell (any more). */
function usesOf(file: object): number {
  const symbol = Object.getOwnPropertySymbols(file).find(({ description }) => description === 'kRefs')
  const uses: unknown = symbol === undefined ? 1 : Reflect.get(file, symbol)
  return typeof uses === 'number' ? uses : 1
}

/** Looks at nothing but the prototype before it is known to be one. */
function kindOf(thing: object): MovableKind | undefined {
  if (types.isArrayBuffer(thing)) return ARRAY_BUFFER
  if (types.isProxy(thing)) return undefined
  const prototype = Object.getPrototypeOf(thing) as object | null
  const kind = kindsByPrototype().get(prototype) ?? (isFileHandle(prototype) ? FILE_HANDLE : undefined)
  try {
    kind?.probe(thing as never)
    return kind
  } catch {
    return undefined
  }
}

/** What it is, with its article: `a MessagePort`; undefined for what cannot be moved. */
export function movableName(thing: object): string | undefined {
  return kindOf(thing)?.name
}

/** Why a thing of these kinds cannot be moved now; undefined if it can. */
export function troubleOf(thing: object): Found | undefined {
  const trouble = kindOf(thing)?.trouble(thing as never)
  return trouble === undefined ? undefined : { ...trouble, cannot: 'be moved' }
}

/** Those of the attachments of a message that move with it. */
export function movesIn(attachments: readonly unknown[]): readonly Movable[] {
  return attachments.filter(
    (one): one is Movable => typeof one === 'object' && one !== null && kindOf(one) !== undefined,
  )
}

/**
 * Moves what moves among the attachments of a message away from the sender at once, where the message itself stays in this thread for now, or for
 * good. None of it has trouble.
 */
export function takeOver(attachments: readonly unknown[]): readonly unknown[] {
  const moves = movesIn(attachments)
  if (moves.length === 0) return attachments
  moves.forEach(noteMoved)
  const taken = structuredClone(moves, { transfer: [...moves] })
  const inItsPlace = new Map<unknown, unknown>(moves.map((thing, index) => [thing, taken[index]]))
  return attachments.map((one) => inItsPlace.get(one) ?? one)
}

/** Whether something that must be closed has ever come to this thread with a message; else there is nothing to look for in those that are dropped. */
let hasCome = false

/** Notes what has come with a message. */
export function noteMoved(thing: object): void {
  if (!types.isArrayBuffer(thing)) hasCome = true
}

/** A message was dropped that brought these: frees what nobody else can free. What has moved on is left alone. */
export function closeEach(things: Iterable<unknown>): void {
  for (const thing of things) if (typeof thing === 'object' && thing !== null) close(thing)
}

/** A record does not leave: what should have moved with it is its sender's no more, as if it had, and nobody's. */
export function dropMoves(moves: readonly unknown[] = []): void {
  if (moves.length > 0) closeEach(takeOver(moves))
}

/** Frees what a thing of these kinds holds. */
export function close(thing: object): void {
  kindOf(thing)?.close(thing as never)
}

/** What moved with the arguments of a message, or with a result, wherever it stands in there: an instance of the user's does not show what it holds. */
const brought = new WeakMap<object, readonly object[]>()

/** Notes what has moved with a value, which holds it. */
export function noteBrought(value: unknown, moved: readonly object[]): void {
  brought.set(value as object, moved)
}

/** Whether something has moved here with a value. */
export function hasBrought(value: unknown): boolean {
  return typeof value === 'object' && value !== null && brought.has(value)
}

/** What had moved with the whole, moved with its part. */
export function noteBroughtBy(part: unknown, whole: unknown): void {
  if (hasBrought(whole) && typeof part === 'object' && part !== null) noteBrought(part, brought.get(whole as object)!)
}

/** Whether something has moved with a value that somebody must close. */
export function mustBeClosed(value: unknown): boolean {
  return hasBrought(value) && brought.get(value as object)!.some((thing) => !types.isArrayBuffer(thing))
}

/** The same for all that came with its arguments, or with its result. */
export function discard(value: unknown): void {
  if (hasCome && typeof value === 'object' && value !== null) closeEach(brought.get(value) ?? [])
}
