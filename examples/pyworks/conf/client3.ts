import type { Client } from '../client.ts'

/** Called with the object, in its own thread, before its onConfigure. */
export default function configure(client: Client): void {
  client.period = 100
}
