/**
 * What happens when tsworks is imported: nothing in a program's main thread; in a thread that tsworks has made, that thread's work
 * begins. The kernel's entry is this file (in a bundle: the bundle, in which this code stands before the user's and stops there).
 */

import { runKernel } from './kernel-main.ts'
import { threadBoot } from './thread-boot.ts'
import { runThread } from './thread-main.ts'

if (threadBoot?.role === 'thread') runThread(threadBoot)
// A top-level await, so that nothing behind it runs in the kernel thread.
if (threadBoot?.role === 'kernel') await runKernel(threadBoot)

/** The entry of the kernel thread. */
export const KERNEL_ENTRY = new URL(import.meta.url)
