/** A real thread that takes its steps with a simulation: what is imported there, and what its host stands on. */

import { AsyncLocalStorage } from 'node:async_hooks'
import { workerData } from 'node:worker_threads'
import type { Clock, ClockTimer } from '../../core/clock.ts'
import { leaveThread } from '../../system/leave.ts'
import { threadBoot } from '../../system/thread-boot.ts'
import { beginThread } from '../../system/thread-main.ts'
import type { Engine } from '../../threads/engine.ts'
import type { KernelPort } from '../../threads/kernel-port.ts'
import type { ThreadBoot, ToThread } from '../../wire/kernel-protocol.ts'
import { watchedLoader } from '../watched-loader.ts'
import { farHalf } from './far-link.ts'
import { FarTrace } from './far-trace.ts'
import { LockStepLine } from './line.ts'
import { LOCK_STEP_KEY, type FarNews, type Grant, type LockStepBoot } from './protocol.ts'

/** The entry of such a thread: this file, or the bundle that it is in. */
export const LOCK_STEP_ENTRY = new URL(import.meta.url)

if (threadBoot?.role === 'lock-step') stepWith(threadBoot)

function stepWith(boot: ThreadBoot): void {
  const lockStep = (workerData as Record<string, unknown>)[LOCK_STEP_KEY] as LockStepBoot
  const timers = new Map<number, () => void>()
  let turn: (() => boolean) | undefined
  let heard: ((message: ToThread) => void) | undefined

  const line = new LockStepLine(boot.port, lockStep, (grant: Grant) => {
    switch (grant.kind) {
      case 'begin':
        return begin()
      case 'turn':
        if (turn?.() === true) line.tell({ kind: 'plan' })
        return undefined
      case 'news':
        return heard?.(near(grant.message))
      case 'timer':
        return timers.get(grant.timer)?.()
      case 'look':
        throw new TypeError('nothing stands still here')
      default:
        throw new TypeError(`unknown grant: ${JSON.stringify(grant satisfies never)}`)
    }
  })

  const near = (message: FarNews): ToThread =>
    message.kind === 'introduced' ? { ...message, half: farHalf(line, message.link) } : message

  const port: KernelPort = {
    post: (message) => line.tell({ kind: 'report', message }),
    listen: (listener) => {
      heard = listener
      line.tell({ kind: 'listen' })
    },
    receive: () => {
      const message = line.receive()
      return message && near(message)
    },
    close: () => line.tell({ kind: 'closePort' }),
  }

  const engine: Engine = {
    clock: clockOver(line, timers),
    loop: (taken) => {
      turn = taken
      const plan = (): void => line.tell({ kind: 'plan' })
      return { plan, woken: plan, end: () => line.tell({ kind: 'endLoop' }) }
    },
    limitTurn: () => () => line.ask({ kind: 'isTurnOver' }) as boolean,
    standStill: (_seen, ms) => line.standStill(ms),
    hearsCollector: false,
    trace: new FarTrace((event) => line.tell({ kind: 'trace', event })).trace,
  }

  const begin = (): void =>
    beginThread(boot, {
      engine,
      port,
      leave: () => {
        line.tell({ kind: 'leave' })
        void leaveThread()
      },
      seen: (loader) => watchedLoader(loader, (work, what) => line.loading(work, what)),
    })
}

/** The simulation keeps the deadlines, this thread what they are for. */
function clockOver(line: LockStepLine, timers: Map<number, () => void>): Clock {
  let last = 0
  return {
    now: () => line.now(),
    lastRead: () => line.now(),
    after: (ms, fire): ClockTimer => {
      const timer = ++last
      const inContext = AsyncLocalStorage.snapshot()
      timers.set(timer, () => {
        timers.delete(timer)
        inContext(fire)
      })
      line.tell({ kind: 'after', timer, ms })
      return {
        cancel: () => {
          if (timers.delete(timer)) line.tell({ kind: 'cancel', timer })
        },
      }
    },
  }
}
