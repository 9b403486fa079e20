/**
 * KernelPort: a thread's end of its road to the kernel. A port, so that a simulation can lay it within one real thread; and the real one,
 * by a MessagePort.
 *
 *   post() ─▶ … ─▶ kernel         first in, first out each way; what was posted before its thread ended still arrives
 *   listen() ◀─ … ◀─ kernel       in the thread's event loop, or taken out by receive() where that stands still
 */

import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import type { ToKernel, ToThread } from '../wire/kernel-protocol.ts'

export interface KernelPort {
  post(message: ToKernel): void
  /** Called once; what had come before is heard then. */
  listen(heard: (message: ToThread) => void): void
  /** The next message, for a thread whose event loop stands still; undefined if none is there. */
  receive(): ToThread | undefined
  /** Nothing is heard or posted any more. */
  close(): void
}

export function kernelPortOn(port: MessagePort): KernelPort {
  return {
    post: (message) => port.postMessage(message),
    listen: (heard) => void port.on('message', heard),
    receive: () => receiveMessageOnPort(port)?.message as ToThread | undefined,
    close: () => port.close(),
  }
}
