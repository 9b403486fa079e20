/**
 * Views on buffers: typed arrays and DataViews.
 *
 * A view that reaches the end of a buffer that can be resized is taken for one that follows its length: nearly all such views do, and
 * JavaScript does not tell.
 */

import { bufferForm, extentOf, typedArrayName, type Extent } from './slots.ts'
import { WireError } from './wire-error.ts'

/** The classes of views, in the order of their codes in a message; Float16Array came with Node 24. */
export const VIEW_NAMES: readonly string[] = [
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float32Array',
  'Float64Array',
  'Float16Array',
  'Buffer',
]

/** What a view is, without its buffer. */
export interface ViewForm {
  /** The place of its class in VIEW_NAMES. */
  readonly code: number
  readonly offset: number
  /** In elements; undefined for a view that follows the length of its buffer. */
  readonly length: number | undefined
}

interface ViewClass {
  new (buffer: ArrayBufferLike, offset: number, length?: number): ArrayBufferView
  readonly BYTES_PER_ELEMENT?: number
}

/** By code; undefined where this Node does not have it. */
const VIEW_CLASSES = VIEW_NAMES.map((name) => Reflect.get(globalThis, name) as ViewClass | undefined)

function codeOf(view: object): number {
  const name = Object.getPrototypeOf(view) === Buffer.prototype ? 'Buffer' : typedArrayName(view)
  return VIEW_NAMES.indexOf(name ?? 'DataView')
}

export function elementSizeOf(view: object): number {
  return VIEW_CLASSES[codeOf(view)]?.BYTES_PER_ELEMENT ?? 1
}

/** The form of a view whose buffer, on arrival, begins with the byte that is at `start` here. */
export function viewForm(view: object, start: number): ViewForm {
  const { buffer, byteOffset, byteLength } = extentOf(view)
  const elementSize = elementSizeOf(view)
  const follows = canResize(buffer) && byteOffset + byteLength + elementSize > bufferForm(buffer).byteLength
  return { code: codeOf(view), offset: byteOffset - start, length: follows ? undefined : byteLength / elementSize }
}

export function makeView({ code, offset, length }: ViewForm, buffer: ArrayBufferLike): ArrayBufferView {
  const viewClass = VIEW_CLASSES[code]
  if (viewClass === undefined)
    throw new WireError(`this Node, ${process.version}, has no ${VIEW_NAMES[code] ?? `view of type ${code}`}`)
  // The constructor of Buffer is deprecated; this one makes no copy, as the others.
  if (viewClass === Buffer) return Buffer.from(buffer as ArrayBuffer, offset, length)
  return new viewClass(buffer, offset, length)
}

export function canResize(buffer: ArrayBufferLike): boolean {
  return bufferForm(buffer).maxByteLength !== undefined
}

/** Where the bytes of a view are; undefined if they are gone: its buffer was transferred, or made too short for it. */
export function livingExtent(view: object): Extent | undefined {
  try {
    const extent = extentOf(view)
    return bufferForm(extent.buffer).detached ? undefined : extent
  } catch {
    return undefined
  }
}
