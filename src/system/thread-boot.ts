/**
 * What this thread is: the main thread of a program (or any thread that tsworks did not make), the kernel, or a thread of objects.
 */

import { isMainThread, workerData } from 'node:worker_threads'
import { BOOT_KEY } from '../threads/thread-maker.ts'
import { KERNEL_PROTOCOL_VERSION, type ThreadBoot } from '../wire/kernel-protocol.ts'

/** What tsworks has put into this thread's workerData; undefined in a thread that it did not make. */
export const threadBoot: ThreadBoot | undefined = readBoot()

function readBoot(): ThreadBoot | undefined {
  if (isMainThread || typeof workerData !== 'object' || workerData === null || !(BOOT_KEY in workerData))
    return undefined
  const boot = (workerData as Record<string, unknown>)[BOOT_KEY] as ThreadBoot
  const version: number = boot.version
  if (version !== KERNEL_PROTOCOL_VERSION)
    throw new Error(
      `two versions of tsworks in one program: this thread speaks version ${KERNEL_PROTOCOL_VERSION} of its protocol, the one that made ` +
        `it version ${version}; see that all modules import the same package`,
    )
  return boot
}
