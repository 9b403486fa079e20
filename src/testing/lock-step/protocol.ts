/**
 * What a simulation and a real thread that takes its steps with it say to each other.
 *
 *   simulation ── Grant ──▶ thread     take this step
 *   simulation ◀── Told ─── thread     does to the world what its engine, port and links are asked for, in order
 *   simulation ◀── Asked ── thread     the same, and waits for the Answer
 *   simulation ◀─ GivenBack thread     the step is done, or stands still in a blocking wait, or the thread is ending
 *
 * One side runs at a time: the simulation stands still from a Grant until it is given back control, and serves what it is told and asked
 * meanwhile. Only code that has waited for something outside (a file, a real timer) runs when it likes; see line.ts.
 */

import type { Lane } from '../../wire/link.ts'
import type { ToKernel, ToThread } from '../../wire/kernel-protocol.ts'
import type { FarEvent } from './far-trace.ts'

/** The words of the shared signals: each is added to when a message for that side has been posted. */
export const FOR_THREAD = 0
export const FOR_SIMULATION = 1

/** What such a thread finds beside its ThreadBoot. */
export interface LockStepBoot {
  /** Two Int32: how often each side was called. */
  readonly signals: SharedArrayBuffer
  /** One Float64: virtual time in ms; the simulation writes it before each message. */
  readonly time: SharedArrayBuffer
}

/** The key of workerData under which it stands. */
export const LOCK_STEP_KEY = 'tsworks:lock-step'

type Introduced = Extract<ToThread, { readonly kind: 'introduced' }>

/** A message of the kernel; a link has its number instead of its half, which stays in the simulation. */
export type FarNews = Exclude<ToThread, Introduced> | (Omit<Introduced, 'half'> & { readonly link: number })

export type Grant =
  | { readonly kind: 'begin' }
  | { readonly kind: 'turn' }
  | { readonly kind: 'news'; readonly message: FarNews }
  | { readonly kind: 'timer'; readonly timer: number }
  /** Look again whether what the blocking wait is for has come. */
  | { readonly kind: 'look' }

export interface Answer {
  readonly kind: 'answer'
  readonly value: unknown
}

/** A record without views on memory that is used again. */
export interface FarRecord {
  readonly lane: Lane
  readonly bytes: Uint8Array
  readonly attachments: readonly unknown[]
}

export type Told =
  | { readonly kind: 'plan' | 'endLoop' | 'listen' | 'closePort' | 'leave' }
  | { readonly kind: 'report'; readonly message: ToKernel }
  /** What is being loaded there now, in words. */
  | { readonly kind: 'loading'; readonly what: string | undefined }
  | { readonly kind: 'after'; readonly timer: number; readonly ms: number }
  | { readonly kind: 'cancel'; readonly timer: number }
  | { readonly kind: 'send'; readonly link: number; readonly record: FarRecord }
  | { readonly kind: 'openLink' | 'handOver' | 'closeLink'; readonly link: number }
  | { readonly kind: 'trace'; readonly event: FarEvent }

export type Asked =
  /** Answered with a FarRecord; undefined where there is none. */
  | { readonly kind: 'read'; readonly link: number; readonly only: 'answers' | undefined }
  /** Answered with a number. */
  | { readonly kind: 'dropped'; readonly link: number }
  /** Answered with a FarNews; undefined where there is none. */
  | { readonly kind: 'receive' }
  /** Answered with a boolean. */
  | { readonly kind: 'isTurnOver' }

export type GivenBack =
  | { readonly kind: 'done'; readonly error: { readonly error: unknown } | undefined }
  /** `isOutside`: the code that blocks had waited for something outside, so something may have come that it has not seen. */
  | { readonly kind: 'blocked'; readonly ms: number; readonly isOutside: boolean }
  | { readonly kind: 'gone' }

/** `up`: once, when its event loop runs. */
export type ToSimulation =
  | { readonly kind: 'up' }
  | { readonly kind: 'told'; readonly told: Told }
  | { readonly kind: 'asked'; readonly asked: Asked }
  | GivenBack
