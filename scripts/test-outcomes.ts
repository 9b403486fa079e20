// A reporter for `node --test`: one line of JSON for each test that has ended, not for suites; scripts/mutants.ts reads it.

import type { TestEvent } from 'node:test/reporters'

/** How one test has ended. */
export interface TestOutcome {
  readonly name: string
  readonly passed: boolean
  /** It has failed by what its code has thrown, and not because it was ended. */
  readonly hasThrown: boolean
}

export default async function* outcomes(events: AsyncIterable<TestEvent>): AsyncGenerator<string, void> {
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const { name, skip, todo, details } = data
    if (details.type === 'suite' || skip !== undefined || todo !== undefined) continue
    const error = 'error' in details ? (details.error as { readonly failureType?: unknown }) : undefined
    const outcome: TestOutcome = {
      name,
      passed: type === 'test:pass',
      hasThrown: error?.failureType === 'testCodeFailure',
    }
    yield `${JSON.stringify(outcome)}\n`
  }
}
