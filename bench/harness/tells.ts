import type { OneWay } from './contender.ts'
import { expectEqual, sumOfAdds } from './oracle.ts'
import { perSecond } from './per-second.ts'
import type { Scale } from './workload.ts'

const AT_ONCE = 10_000

/** Messages per second that need no answer; so many, and then one that does, so that all have been handled. */
export function tells(target: OneWay, scale: Scale): Promise<number> {
  let expected = 0
  return perSecond(scale, async () => {
    for (let n = 0; n < AT_ONCE; n++) void target.tell(n, 'hello')
    expected += sumOfAdds(AT_ONCE, 'hello')
    expectEqual('the sum of what was told', await target.total(), expected)
    return AT_ONCE
  })
}
