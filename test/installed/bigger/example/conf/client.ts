import type { Client } from '../client.ts'

/** Called with the object, before its onConfigure. */
export default function configure(client: Client): void {
  client.every(100)
}
