import type { Settings } from 'tsworks'

/** Logging is off for all contenders. */
export const silent: Settings = { log: { level: 'silent' } }
