import { actor, type Entries, subsystem, task } from 'tsworks'
import { Client } from './client.ts'
import { MathActor } from './math.ts'
import { Ring } from './ring.ts'

export const example = subsystem(import.meta.url, {
  worker: task(() => import('./worker.ts'), 'Worker'), // loaded in its own thread only; task(Worker) works as well
  client1: task(Client, { conf: './conf/client.ts', after: ['worker'] }),
  ring: task(Ring, { count: 100 }), // ring#0 … ring#99, each knows its index
  math: actor(MathActor, { mailbox: { capacity: 1000, overflow: 'wait' } }),
})
declare module 'tsworks' {
  interface Registry extends Entries<typeof example> {}
} // names become typed
