import type { Settings } from 'tsworks'

/** Logging is off for all contenders. How long a start may take costs nothing, and on a machine that has much else to do 100 threads take long. */
export const settings: Settings = { log: { level: 'silent' }, startTimeout: 240_000 }
