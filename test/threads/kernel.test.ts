/** What threads send to the kernel concerns nobody but them: it goes on whatever that is. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Conductor } from '../../src/system/conductor.ts'
import { errorFromBytes } from '../../src/threads/error-bytes.ts'
import { Kernel } from '../../src/threads/kernel.ts'
import { SystemMemory, ThreadMemory } from '../../src/threads/shared-state.ts'
import type { ThreadEvents } from '../../src/threads/thread-maker.ts'
import type { ToKernel, ToThread } from '../../src/wire/kernel-protocol.ts'
import { VirtualClock } from '../core/support/virtual-clock.ts'

/** A kernel and its conductor, on virtual time, with the main thread alone. */
function makeKernel() {
  const clock = new VirtualClock()
  const told: ToThread[] = []
  let events: ThreadEvents | undefined
  const kernel: Kernel = new Kernel({
    clock,
    system: SystemMemory.create(),
    maker: {
      make: () => assert.fail('no thread is made here'),
      link: () => assert.fail('no two threads meet here'),
    },
    listener: {
      said: (place, message) => conductor.said(place, message),
      died: (_, { reason }) => assert.fail(reason),
      mourned: () => {},
      objectOf: (pid) => conductor.objectOf(pid),
      nameOf: (pid) => conductor.nameOf(pid),
    },
    inspector: { stackOf: () => assert.fail('nothing is stuck here'), isDebugged: () => Promise.resolve(false) },
  })
  const conductor = new Conductor({
    kernel,
    chance: () => 0,
    machine: { threads: 1, groupThreads: 1 },
    onStopped: () => {},
  })
  const handle = {
    post: (message: ToThread) => void told.push(message),
    listen: (all: ThreadEvents) => (events = all),
    terminate: () => {},
    close: () => {},
    threadId: 0,
    idleMs: () => undefined,
  }
  kernel.adopt(0, 'main', { handle, memory: ThreadMemory.create() })
  return { clock, told, say: (message: unknown) => events!.message(message as ToKernel) }
}

describe('a message that the kernel cannot understand', () => {
  test('is told to its thread, which waits for no answer, and all else goes on', () => {
    const { clock, told, say } = makeKernel()
    // A name that is none cannot be compared with those that there are.
    say({ kind: 'locate', name: undefined, pid: undefined })
    clock.advance(10)
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ['located', 'notDone'],
    )
    say({ kind: 'locate', name: 'door', pid: undefined })
    clock.advance(10)
    assert.deepEqual(told.at(-1), {
      kind: 'located',
      name: 'door',
      pid: undefined,
      location: undefined,
      death: undefined,
      near: [],
    })
  })

  test('is refused where it has asked for something', () => {
    const { told, say } = makeKernel()
    say({ kind: 'nonsense', request: 3 })
    const [refusal] = told
    assert.ok(refusal?.kind === 'refusal' && refusal.request === 3)
    assert.match(String(errorFromBytes(refusal.error)), /unknown message to the kernel: .*nonsense/)
  })
})
