// Two subsystems, one Registry: each extends it where it is defined.

import { actor, type Entries, subsystem, task } from 'tsworks'
import { Client, MathActor, Ring } from './classes.ts'

export const example = subsystem(import.meta.url, {
  worker: task(() => import('./classes.ts'), 'Worker'),
  client: task(Client, { conf: './conf/client.ts', after: ['worker'] }),
  ring: task(Ring, { count: 100 }),
  math: actor(MathActor, { thread: 'shared' }),
})
declare module 'tsworks' {
  interface Registry extends Entries<typeof example> {}
}
