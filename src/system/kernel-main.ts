/** The kernel thread: made by the main thread, without user code. */

import type { MessagePort } from 'node:worker_threads'
import { Kernel } from '../threads/kernel.ts'
import { realClock } from '../threads/real-clock.ts'
import { SystemMemory, ThreadMemory } from '../threads/shared-state.ts'
import { NodeInspector } from '../threads/stack-reader.ts'
import { workerMaker, type ThreadHandle } from '../threads/thread-maker.ts'
import { transferOf } from '../wire/link-pair.ts'
import { MAIN_PLACE, type ThreadBoot, type ToKernel } from '../wire/kernel-protocol.ts'
import { Conductor } from './conductor.ts'
import { leaveThread } from './leave.ts'
import { thisMachine } from './placing.ts'

/** Runs the kernel; never returns, so that nothing that stands behind it in a bundle runs in this thread. */
export function runKernel(boot: ThreadBoot): Promise<never> {
  const { port, systemMemory, threadMemory } = boot
  const kernel = new Kernel({
    clock: realClock,
    system: new SystemMemory(systemMemory),
    maker: workerMaker,
    listener: {
      said: (place, message) => conductor.said(place, message),
      died: (place, death) => conductor.threadDied(place, death),
      mourned: (place, loss) => conductor.mourned(place, loss),
      objectOf: (pid) => conductor.objectOf(pid),
      nameOf: (pid) => conductor.nameOf(pid),
    },
    inspector: new NodeInspector(realClock),
  })
  const conductor = new Conductor({
    kernel,
    chance: Math.random,
    machine: thisMachine(),
    onStopped: () => {
      // The last answer has been posted; the port delivers it though it is closed here.
      port.close()
      void leaveThread()
    },
  })
  kernel.adopt(MAIN_PLACE, 'main', {
    handle: mainHandle(port, boot.mainThread ?? 0),
    memory: new ThreadMemory(threadMemory),
  })
  return new Promise(() => {})
}

/** The main thread as the kernel sees it: it is there before the kernel, and does not end before it. */
function mainHandle(port: MessagePort, threadId: number): ThreadHandle {
  return {
    post: (message) => port.postMessage(message, message.kind === 'introduced' ? transferOf(message.half) : []),
    listen: (events) => {
      port.on('message', (message: ToKernel) => events.message(message))
    },
    terminate: () => {},
    close: () => {},
    threadId,
    // Only the thread itself could tell.
    idleMs: () => undefined,
  }
}
