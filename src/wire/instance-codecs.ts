/**
 * The codecs of this thread: how instances of the user's classes travel, and which error classes arrive as themselves.
 *
 *   instance ──write──▶ form, a value that travels ──▶ bytes, or a copy ──▶ form ──read──▶ instance
 *
 * Written by the modules that call codec() (define-codec.ts), while they are loaded; read by whatever carries values. What a message says
 * of a codec is its id, so two threads mean the same by it if both have loaded the module that registers it. Modules that never meet in
 * one thread may give one name to two classes: an id tells them apart, so no codec gets to read what another one has written.
 *
 * Invariant: in a thread a name and a class have at most one codec, and keep it.
 */

import { types } from 'node:util'

/** How instances of one class travel. */
export interface InstanceCodec {
  /** What messages call it: its name, and which module has registered it. */
  readonly id: string
  readonly name: string
  /** The URL of the module that registers it. */
  readonly module: string
  readonly prototype: object
  /** Whether it is for instances of subclasses, too. */
  readonly subclasses: boolean
  readonly write: (instance: object) => unknown
  readonly revive: Reading | Filling
}

/** Makes the instance when all that is in it has come; so it cannot be in itself. */
export interface Reading {
  readonly by: 'read'
  readonly read: (form: unknown) => unknown
}

/** Makes the instance first, and gives it its content later. */
export interface Filling {
  readonly by: 'fill'
  readonly create: () => unknown
  readonly fill: (instance: object, form: unknown) => unknown
}

/** An error class that arrives as itself wherever it is registered. */
export interface ErrorCodec {
  readonly id: string
  readonly name: string
  readonly module: string
  readonly prototype: object
  /** An error of the class, without having run its constructor. */
  readonly make: () => Error
}

export type RegisteredCodec = InstanceCodec | ErrorCodec

const byId = new Map<string, RegisteredCodec>()
const byName = new Map<string, RegisteredCodec>()
const byPrototype = new Map<object, RegisteredCodec>()
/** Whether there is a codec that is for subclasses, too: else nobody looks for one. */
let someForSubclasses = false

/** Adds one whose name and class have none. */
export function addCodec(codec: RegisteredCodec): void {
  byId.set(codec.id, codec)
  byName.set(codec.name, codec)
  byPrototype.set(codec.prototype, codec)
  if ('subclasses' in codec && codec.subclasses) someForSubclasses = true
}

/** The id of the codec that a module registers by a name. */
export function codecId(name: string, module: string): string {
  // FNV-1a: a message has the id of each of its instances, and would be long with the whole URL.
  let hash = 0x811c9dc5
  for (let i = 0; i < module.length; i++) hash = Math.imul(hash ^ module.charCodeAt(i), 0x01000193)
  return `${name}\0${(hash >>> 0).toString(36)}`
}

/** The name in the id of a codec, of whichever thread. */
export function nameInId(id: string): string {
  const end = id.lastIndexOf('\0')
  return end === -1 ? id : id.slice(0, end)
}

export function instanceCodecById(id: string): InstanceCodec | undefined {
  const codec = byId.get(id)
  return codec !== undefined && 'write' in codec ? codec : undefined
}

export function codecNamed(name: string): RegisteredCodec | undefined {
  return byName.get(name)
}

/** The codec of exactly the class with that prototype. */
export function codecOf(prototype: object): RegisteredCodec | undefined {
  return byPrototype.get(prototype)
}

/** The codec for an instance: that of its class, or of the nearest one above it whose codec is for subclasses, too. Runs no code of the user's. */
export function instanceCodecFor(instance: object): InstanceCodec | undefined {
  if (byPrototype.size === 0 || types.isProxy(instance)) return undefined
  let prototype = Object.getPrototypeOf(instance) as object | null
  for (let isOwn = true; prototype !== null; isOwn = false) {
    const codec = byPrototype.get(prototype)
    if (codec !== undefined && 'write' in codec && (isOwn || codec.subclasses)) return codec
    if (!someForSubclasses || types.isProxy(prototype)) return undefined
    prototype = Object.getPrototypeOf(prototype) as object | null
  }
  return undefined
}

export function errorCodecOf(error: object): ErrorCodec | undefined {
  const codec = byPrototype.get(Object.getPrototypeOf(error) as object)
  return codec !== undefined && 'make' in codec ? codec : undefined
}

export function errorCodecById(id: string): ErrorCodec | undefined {
  const codec = byId.get(id)
  return codec !== undefined && 'make' in codec ? codec : undefined
}

/** The modules that have registered codecs in this thread, in order. */
export function codecModules(): readonly string[] {
  return [...new Set([...byName.values()].map(({ module }) => module))]
}
