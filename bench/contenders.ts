/** All contenders, in the order of their turns. */

import { bare, bareNet } from './contenders/bare.ts'
import { comlink } from './contenders/comlink.ts'
import { nact } from './contenders/nact.ts'
import { piscina } from './contenders/piscina.ts'
import { plain } from './contenders/plain.ts'
import { poolifier } from './contenders/poolifier.ts'
import { raw } from './contenders/raw.ts'
import { threadedclass } from './contenders/threadedclass.ts'
import { tinypool } from './contenders/tinypool.ts'
import { rings } from './contenders/rings.ts'
import { setups, tsworks } from './contenders/tsworks.ts'
import { workerpool } from './contenders/workerpool.ts'
import { xstate } from './contenders/xstate.ts'
import type { Contender } from './harness/contender.ts'

export const contenders: readonly Contender[] = [
  tsworks,
  raw,
  bare,
  bareNet,
  rings,
  plain,
  comlink,
  threadedclass,
  piscina,
  tinypool,
  workerpool,
  poolifier,
  nact,
  xstate,
  ...setups,
]
