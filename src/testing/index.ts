/**
 * tsworks/testing: a whole system in one thread, on virtual time, with a seeded scheduler; for tests of programs that use tsworks.
 *
 * See docs/testing.md. Works under any test runner.
 */

import '../index.ts'

export { explore, type ExploreSettings } from './explore.ts'
export type { Answering, AnyMethods, Probe, ProbeOptions, Received } from './probe.ts'
export type { Waiting } from './recorder.ts'
export type { TraceEntry } from './trace-entry.ts'
export { testSystem, type TestLink, type TestSettings, type TestSystem } from './test-system.ts'
