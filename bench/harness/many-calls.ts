import type { Adder } from './contender.ts'
import { expectEqual, sumOfAdds } from './oracle.ts'
import { perSecond } from './per-second.ts'
import type { Scale } from './workload.ts'

const AT_ONCE = 1_000

/** Calls per second, so many at once; when all of them have their answers, the next ones. */
export function manyCalls(add: Adder['add'], scale: Scale): Promise<number> {
  return perSecond(scale, async () => {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => add(n, 'hello')))
    expectEqual('the sum of the answers', sum(answers), sumOfAdds(AT_ONCE, 'hello'))
    return AT_ONCE
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
