import type { Adder } from './contender.ts'
import { expectEqual, sumOfAdds } from './oracle.ts'
import { perSecond } from './per-second.ts'
import type { Scale } from './workload.ts'

/** Calls per second of the main thread that awaits each before the next. */
export function callsInTurn(adder: Adder, scale: Scale): Promise<number> {
  return inTurn(100, scale, async (count) => {
    let sum = 0
    for (let n = 0; n < count; n++) sum += await adder.add(n, 'hello')
    return sum
  })
}

/** Calls per second of a thread that makes so many one after the other, and then tells the sum of the answers. */
export function inTurn(count: number, scale: Scale, calls: (count: number) => PromiseLike<number>): Promise<number> {
  return perSecond(scale, async () => {
    expectEqual('the sum of the answers', await calls(count), sumOfAdds(count, 'hello'))
    return count
  })
}
