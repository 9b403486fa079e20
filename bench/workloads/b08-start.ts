import { BARE } from '../harness/names.ts'
import { expectEqual } from '../harness/oracle.ts'
import type { Workload } from '../harness/workload.ts'

export const startOfThreads: Workload = {
  id: 'B8',
  title: 'start of 100 threads, until each has answered',
  unit: 'ms',
  better: 'less',
  goals: [{ kind: 'ratio', atMost: 1.3, than: BARE }],
  notes: [
    'With the kernel and all of tsworks, once its module is loaded. Each bare Worker loads a module of the same size as a Task here, and posts one answer.',
  ],
  measurement: ({ openThreads }) =>
    openThreads &&
    (async (scale) => {
      const threads = scale.size(100, 5)
      const startThreads = await openThreads()
      const began = performance.now()
      const answered = await startThreads(threads)
      const ms = performance.now() - began
      expectEqual('the answers', answered, threads)
      return { '': ms }
    }),
}
