/** What the kernel knows of a thread, from its start until it is gone. */

import type { Place } from '../wire/kernel-protocol.ts'
import type { ThreadMemory } from './shared-state.ts'
import type { ThreadHandle } from './thread-maker.ts'

/** How a thread has left: by itself, ended from outside, or not at all, since it stands in native code. */
export type Leave = 'left' | 'forced' | 'given up'

type ThreadStatus =
  | { readonly kind: 'starting'; readonly up: PromiseWithResolvers<void> }
  | { readonly kind: 'up' }
  /** `reason`: what is told to those who still ask for what lived there. */
  | {
      readonly kind: 'leaving'
      readonly reason: string
      readonly gone: PromiseWithResolvers<void>
      readonly leave: Promise<Leave>
    }

/** The kernel alone writes it. */
export interface ThreadRecord {
  readonly place: Place
  readonly label: string
  readonly memory: ThreadMemory
  readonly handle: ThreadHandle
  status: ThreadStatus
  /** Why it was ended from outside. */
  killed?: { readonly reason: string; readonly error: unknown; readonly gone: PromiseWithResolvers<void> }
  /** Methods by number, as its status words name them. */
  readonly words: Map<number, string>
  readonly sheets: SharedArrayBuffer[]
  readonly commands: Map<number, PromiseWithResolvers<void>>
  /** It has not handed over in time, and is not waited for again. */
  isSilent?: boolean
}
