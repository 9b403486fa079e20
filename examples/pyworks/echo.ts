import { Future } from 'tsworks'
import { ascii, connect, listen, NetTask, type Address, type Connection } from 'tsworks/net'

type Line = Connection<string>

/** Telegrams that the client sends. */
const TELEGRAMS = 1_000

export interface EchoServerEvents {
  serverReady(address: Address): void
}

/** Sends back what it receives, in PyWorks' Ascii framing. */
export class EchoServer extends NetTask<EchoServerEvents> {
  override onStart(): void {
    listen(this, { framing: ascii() })
  }
  override onNetReady(address: Address): void {
    this.notify.serverReady(address)
  }
  override onNetReceived(conn: Line, telegram: string): void {
    conn.send(telegram)
  }
}

/** Connects when the server announces where it is, and sends telegrams with all that must be escaped in them. */
export class EchoClient extends NetTask {
  readonly #report = new Future<number>()
  #come = 0

  override onConfigure(): void {
    void this.observe('echoServer')
  }
  serverReady(address: Address): void {
    connect(this, { ...address, framing: ascii() })
  }
  override onNetUp(conn: Line): void {
    for (let n = 0; n < TELEGRAMS; n++) conn.send(`telegram <${n}> \\ `)
  }
  override onNetReceived(conn: Line, telegram: string): void {
    if (telegram !== `telegram <${this.#come}> \\ `) this.#report.fail(new Error(`not what was sent: ${telegram}`))
    if (++this.#come < TELEGRAMS) return
    this.#report.set(this.#come)
    conn.close()
  }

  /** How many telegrams have come back, once all have. */
  report(): Future<number> {
    return this.#report
  }
}
