/**
 * In any thread: errors that belong to no object (S33). A callback that was made when this module was loaded runs in nobody's scope,
 * whoever has set it off.
 */

import { MessageChannel } from 'node:worker_threads'

let happens: () => void = () => {}
const channel = new MessageChannel()
channel.port2.on('message', () => happens())
channel.port2.unref()

function outside(work: () => void): void {
  happens = work
  channel.port1.postMessage('now')
}

/** Soon throws, in a callback that belongs to no object. */
export function throwFromNobody(error: unknown): void {
  outside(() => {
    throw error
  })
}

/** Soon rejects a promise of nobody, that nobody has asked for. */
export function rejectFromNobody(error: unknown): void {
  outside(() => {
    // oxlint-disable-next-line promise/no-promise-in-callback -- left alone on purpose
    void Promise.reject(error)
  })
}
