import { type Entries, subsystem, task } from 'tsworks'
import { commandLine } from './command-line.ts'

export const gateway = subsystem(
  import.meta.url,
  {
    park: task(() => import('./park.ts'), 'Park'),
    store: task(() => import('./store.ts'), 'Store'),
    // One for each device; all of them on as many threads as there are cores.
    device: task(() => import('./device.ts'), 'Device', {
      count: commandLine.devices,
      thread: 'shared',
      after: ['park', 'store'],
    }),
    gateway: task(() => import('./gateway.ts'), 'Gateway', { after: ['device'] }),
    operator: task(() => import('./operator.ts'), 'Operator', { after: ['gateway'] }),
  },
  // The operator may restart many devices at a time.
  { budget: { restarts: 10_000, within: 5_000 } },
)

declare module 'tsworks' {
  interface Registry extends Entries<typeof gateway> {}
}
