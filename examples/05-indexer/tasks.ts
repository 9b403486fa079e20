import { type Entries, subsystem, task } from 'tsworks'
import { commandLine } from './command-line.ts'

const { tasks, window } = commandLine

export const indexing = subsystem(import.meta.url, {
  indexer: task(() => import('./indexer.ts'), 'Indexer'),
  reader: task(() => import('./reader.ts'), 'Reader', {
    count: tasks,
    // Bounded: whoever sends more than that waits.
    mailbox: { capacity: window, overflow: 'wait' },
  }),
})

declare module 'tsworks' {
  interface Registry extends Entries<typeof indexing> {}
}
