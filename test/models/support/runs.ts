/**
 * How long the models look, and where: `TSWORKS_RUNS=100000` more programs; `TSWORKS_SEED=… TSWORKS_PATH=…`, as a failure prints them, the
 * same ones again.
 */

import { before } from 'node:test'
import type * as fc from 'fast-check'

const { TSWORKS_RUNS, TSWORKS_SEED, TSWORKS_PATH } = process.env

/** What fast-check is told, where nobody asks for more than `byDefault` runs. */
export function runs(byDefault: number): fc.Parameters<unknown> {
  return {
    numRuns: TSWORKS_RUNS === undefined ? byDefault : Number(TSWORKS_RUNS),
    ...(TSWORKS_SEED === undefined ? {} : { seed: Number(TSWORKS_SEED) }),
    ...(TSWORKS_PATH === undefined ? {} : { path: TSWORKS_PATH }),
  }
}

/** Fails the file if a rejection is handled by nobody while its tests run. */
export function refuseUnhandled(): void {
  before(() => {
    // node:test reports what is thrown here, under the test that runs.
    process.on('unhandledRejection', (reason) => {
      throw new Error('a rejection was handled by nobody', { cause: reason })
    })
  })
}
