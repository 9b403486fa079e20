import { actor, type Entries, subsystem, task } from 'tsworks'

// Each class is loaded in the thread that runs it, and nowhere else.
export const example = subsystem(import.meta.url, {
  worker: task(() => import('./worker.ts'), 'Worker'),
  math: actor(() => import('./math.ts'), 'MathActor'),
  client1: task(() => import('./client.ts'), 'Client', { after: ['worker', 'math'] }),
  client2: task(() => import('./client.ts'), 'Client', { after: ['worker', 'math'] }),
  client3: task(() => import('./client.ts'), 'Client', { after: ['worker', 'math'], conf: './conf/client3.ts' }),
  states: task(() => import('./state-task.ts'), 'StateTask'),
  pinger: task(() => import('./pinger.ts'), 'Pinger'),
  timeouts: task(() => import('./timeout-task.ts'), 'TimeoutTask'),
  echoServer: task(() => import('./echo.ts'), 'EchoServer'),
  echoClient: task(() => import('./echo.ts'), 'EchoClient', { after: ['echoServer'] }),
  ring: task(() => import('./ring.ts'), 'RingTask', { count: 100 }),
})

// From here on the names are typed: this.actor('worker').hello(1, 'x') gives a Future<number>.
declare module 'tsworks' {
  interface Registry extends Entries<typeof example> {}
}
