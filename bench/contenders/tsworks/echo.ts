import { Future, start, subsystem, task } from 'tsworks'
import { connect, lengthPrefixed, listen, NetTask, type Address, type Connection } from 'tsworks/net'
import type { Echo } from '../../harness/contender.ts'
import { isNumber, telegram } from '../services/telegrams.ts'
import { settings } from './settings.ts'

class Server extends NetTask {
  readonly #ready = new Future<Address>()

  override onStart(): void {
    listen(this, { framing: lengthPrefixed() })
  }
  override onNetReady(address: Address): void {
    this.#ready.set(address)
  }
  override onNetReceived(conn: Connection<Uint8Array>, bytes: Uint8Array): void {
    conn.send(bytes)
  }
  ready(): Future<Address> {
    return this.#ready
  }
}

class Client extends NetTask {
  readonly #up = new Future<void>()
  #conn: Connection<Uint8Array> | undefined
  #count = 0
  #sent = 0
  #come = 0
  #right = 0
  #done: Future<number> | undefined

  connects(address: Address): Future<void> {
    this.#conn = connect(this, { ...address, framing: lengthPrefixed() })
    return this.#up
  }
  override onNetUp(): void {
    this.#up.set()
  }
  echo(count: number, atOnce: number): Future<number> {
    this.#count = count
    this.#sent = this.#come = this.#right = 0
    this.#done = new Future()
    for (let n = 0; n < atOnce; n++) this.#conn!.send(telegram(this.#sent++))
    return this.#done
  }
  override onNetReceived(conn: Connection<Uint8Array>, bytes: Uint8Array): void {
    if (isNumber(bytes, this.#come++)) this.#right++
    if (this.#sent < this.#count) conn.send(telegram(this.#sent++))
    if (this.#come === this.#count) this.#done!.set(this.#right)
  }
}

const program = subsystem(import.meta.url, { server: task(Server), client: task(Client) })

export async function openEcho(): Promise<Echo> {
  const system = await start(import.meta.url, program, settings)
  const client = system.actor('client')
  await client.connects(await system.actor('server').ready())
  return client
}
