/** How an object is asked to end (S30): its `onStop`, awaited for a limited time, with what an error of it leads to. */

import type { Cell } from './cell.ts'
import { shownMs } from './duration.ts'
import type { Handler } from './behaviour.ts'
import { handleFailure } from './failure.ts'
import { askHook } from './hooks.ts'
import { ownMessage } from './message.ts'

/** How long `onStop` is awaited (S30). */
const STOP_MS = 5_000

/**
 * Asks an object to end; settles when its `onStop`, and what an error of that leads to, has ended, but no later than after STOP_MS. undefined
 * where it has none.
 */
export function askToStop(cell: Cell, reason: string): Promise<void> | undefined {
  const handler = cell.behaviour.hook('onStop')
  return handler && ask(cell, handler, reason)
}

async function ask(cell: Cell, handler: Handler, reason: string): Promise<void> {
  const turn = cell.turns.enter(ownMessage(cell.pid, 'hook', 'onStop'), false, cell.host.clock.now())
  const asked = askHook(cell, turn, handler, [reason])
  await waitToStop(
    cell,
    asked.catch((error: unknown) => handleFailure(cell, turn, { method: 'onStop', error })),
  )
  cell.leave(turn)
}

async function waitToStop(cell: Cell, asked: Promise<void>): Promise<void> {
  const limit = Promise.withResolvers<void>()
  const timer = cell.host.clock.after(STOP_MS, () => {
    if (!cell.isOver)
      cell.log.error(
        { method: 'onStop' },
        `${cell.name}.onStop did not end within ${shownMs(STOP_MS)}; it is not waited for any longer`,
      )
    limit.resolve()
  })
  await Promise.race([asked, limit.promise])
  timer.cancel()
}
