/** How the hooks of an object are asked, those of its State included: in a turn, awaited, and what `fail()` was given never lost. */

import type { Handler } from './behaviour.ts'
import type { Cell } from './cell.ts'
import type { Turn } from './turn.ts'

/** Runs a hook in a turn; rejects with what it throws, and with what it gave to fail() even where it has swallowed that. */
export async function askHook(cell: Cell, turn: Turn, handler: Handler, args: readonly unknown[]): Promise<void> {
  const before = turn.crash
  try {
    await cell.host.run(turn.scope, handler, args)
  } catch (error) {
    throw turn.crash === before ? error : turn.crash?.error
  }
  if (turn.crash !== before) throw turn.crash?.error
}
