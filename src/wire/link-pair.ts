/**
 * How two threads get a link: a third one makes both halves and hands them out, each thread opens its own.
 *
 *    kernel: makeLinkPair('ring') ─┬─ postMessage(half 0, [half.port]) ─▶ thread A: openLink(half, …) ─┐
 *                                  └─ postMessage(half 1, [half.port]) ─▶ thread B: openLink(half, …) ─┴─ talk
 *
 * What is sent before the other end is opened waits for it.
 */

import { MessageChannel } from 'node:worker_threads'
import type { Transferable } from 'node:worker_threads'
import type { Link, LinkOptions } from './link.ts'
import { PortLink, type PortHalf } from './port-link.ts'
import { DEFAULT_RING_SIZES, RingLink, makeRingMemory, type RingHalf, type RingSizes } from './ring-link.ts'

/** One end of a link within one real thread: whoever lays it opens it. It cannot cross a border. */
export interface LocalHalf {
  readonly kind: 'local'
  readonly open: (options: LinkOptions) => Link
}

/** One end of a link on its way to its thread. Structured-cloneable; its transfer list is `[half.port]`. */
export type ThreadHalf = RingHalf | PortHalf
export type LinkHalf = ThreadHalf | LocalHalf
/** The kinds of links between real threads. */
export type LinkKind = ThreadHalf['kind']

/** What moves with one end. */
export function transferOf(half: LinkHalf): Transferable[] {
  return half.kind === 'local' ? [] : [half.port]
}

/** Makes both halves. Each may be opened once, in any thread. */
export function makeLinkPair(kind: LinkKind, sizes: RingSizes = DEFAULT_RING_SIZES): [ThreadHalf, ThreadHalf] {
  const { port1, port2 } = new MessageChannel()
  switch (kind) {
    case 'ring': {
      const memory = makeRingMemory(sizes)
      return [
        { kind, memory, sizes, side: 0, port: port1 },
        { kind, memory, sizes, side: 1, port: port2 },
      ]
    }
    case 'port':
      return [
        { kind, port: port1 },
        { kind, port: port2 },
      ]
    default:
      throw new TypeError(`unknown kind of link: ${JSON.stringify(kind satisfies never)}`)
  }
}

/** Opens one end in the thread that will use it. */
export function openLink(half: LinkHalf, options: LinkOptions): Link {
  switch (half.kind) {
    case 'ring':
      return new RingLink(half, options)
    case 'port':
      return new PortLink(half, options)
    case 'local':
      return half.open(options)
    default:
      throw new TypeError(`unknown kind of link: ${JSON.stringify(half satisfies never)}`)
  }
}
