import { Future } from 'tsworks'
import { lines, listen, NetTask, type Address, type Connection } from 'tsworks/net'
import { gateway } from './tasks.ts'
import { shownSummary } from './shown.ts'

type Line = Connection<string>

const HELP = 'summary | list STATE | device N | restart N | help | quit'

/** The operator's port: a line each way, for `nc`, `telnet`, or a program. */
export class Operator extends NetTask {
  readonly #gateway = this.actor(gateway.gateway)
  readonly #ready = new Future<Address>()

  /** Opens the port; answered with where it is. */
  open(port: number): Future<Address> {
    listen(this, { port, framing: lines({ ending: '\r\n' }), maxPeers: 16, idleTimeout: 600_000 })
    return this.#ready
  }

  override onNetReady(address: Address): void {
    this.#ready.set(address)
  }

  override onNetUp(conn: Line): void {
    conn.send(`gateway: ${HELP}`)
  }

  override async onNetReceived(conn: Line, line: string): Promise<void> {
    const [word = '', what = ''] = line.trim().split(/\s+/)
    if (word === 'quit') conn.close('the operator has left')
    else if (word !== '') conn.send(await this.#answer(word, what))
  }

  override onNetTimeout(conn: Line): void {
    conn.send('still there?')
  }

  async #answer(word: string, what: string): Promise<string> {
    switch (word) {
      case 'summary':
        return shownSummary(await this.#gateway.summary())
      case 'list':
        return (await this.#gateway.idsIn(what)).join(' ') || `no device is ${what}`
      case 'device':
        return (await this.#gateway.stateOf(Number(what))) ?? `there is no device ${what}`
      case 'restart':
        return (await this.#gateway.restart(Number(what))) ? 'it is restarted' : `there is no device ${what}`
      default:
        return HELP
    }
  }
}
