import { type Entries, subsystem, task } from 'tsworks'
import { Door } from './door.ts'

export const web = subsystem(import.meta.url, { door: task(Door) })
declare module 'tsworks' {
  interface Registry extends Entries<typeof web> {}
}
