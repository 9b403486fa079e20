import type { Echo } from '../harness/contender.ts'
import { BARE_NET } from '../harness/names.ts'
import { expectEqual } from '../harness/oracle.ts'
import { perSecond } from '../harness/per-second.ts'
import type { Scale, Workload } from '../harness/workload.ts'

const MANY = '1,000 at once'
const ONE = 'one at a time'
/** Until the code of all is compiled: what serves connections runs for long. */
const WARM_UP_MS = 1_500

export const net: Workload = {
  id: 'NET',
  title: 'telegrams of 100 bytes behind their length, echoed over one TCP connection on loopback',
  unit: 'telegrams/s',
  better: 'more',
  goals: [{ kind: 'ratio', atLeast: 0.8, than: BARE_NET, variant: MANY }],
  notes: [
    `${BARE_NET}: two threads, the framing by hand, telegrams cut out of each chunk, and all answers to a chunk written at once.`,
    'tsworks: a NetTask each, lengthPrefixed(), onNetReceived and conn.send.',
    `${ONE}: nine tenths of it are the system calls of both, which take two or three times as long where the two threads run on different cores.`,
  ],
  measurement: ({ openEcho }) =>
    openEcho &&
    (async (scale) => {
      const echo = await openEcho()
      const warm = { ...scale, warmUpMs: scale.size(WARM_UP_MS, scale.warmUpMs) }
      return { [MANY]: await echoes(echo, warm, [20_000, 1_000]), [ONE]: await echoes(echo, scale, [500, 1]) }
    }),
}

function echoes(echo: Echo, scale: Scale, [count, atOnce]: readonly [number, number]): Promise<number> {
  return perSecond(scale, async () => {
    expectEqual('the telegrams that came back', await echo.echo(count, atOnce), count)
    return count
  })
}
