/** That an object has ended for good, told to those that read what it notifies (S22): behind all that it has notified. */

import type { Location } from '../wire/kernel-protocol.ts'
import type { Observation } from './observing.ts'
import type { Parts } from './parts.ts'

export function tellEnded({ here, calls, rooms, routes }: Parts, observations: Iterable<Observation>): void {
  for (const {
    target,
    observer: { reads },
  } of observations) {
    if (reads === undefined) continue
    const id = reads.untilEnded
    const tell = ({ place, pid }: Location): void =>
      rooms.afterLine(pid, () => {
        if (place !== here) routes.send(place, 'request', { kind: 'ended', id })
        else if (calls.get(id) !== undefined) calls.answered(id, { ok: true, value: undefined })
      })
    target.whenLocated({ go: tell, fail: () => {} })
  }
}
