/** All workloads, in the order of the table of goals. */

import type { Workload } from './harness/workload.ts'
import { callsMany } from './workloads/b01-calls-many.ts'
import { callsInTurnWorkload } from './workloads/b02-calls-in-turn.ts'
import { blocking } from './workloads/b03-blocking.ts'
import { tellsAcross } from './workloads/b04-tells.ts'
import { sameThread } from './workloads/b05-same-thread.ts'
import { values } from './workloads/b06-values.ts'
import { ring } from './workloads/b07-ring.ts'
import { startOfThreads } from './workloads/b08-start.ts'
import { memory } from './workloads/b09a-memory.ts'
import { skynet } from './workloads/b09b-skynet.ts'
import { growthWithMail, growthWithObjects } from './workloads/b10-growth.ts'
import { notify } from './workloads/b11-notify.ts'
import { prices } from './workloads/b12-prices.ts'
import { net } from './workloads/net.ts'

export const workloads: readonly Workload[] = [
  callsMany,
  callsInTurnWorkload,
  blocking,
  tellsAcross,
  sameThread,
  values,
  ring,
  startOfThreads,
  memory,
  skynet,
  growthWithObjects,
  growthWithMail,
  notify,
  prices,
  net,
]
