import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An operator's program: asks by line, and measures how long the answers take. By `node:net` alone. */
export class OperatorClient {
  readonly #socket: Socket
  #rest = ''
  readonly #lines: string[] = []
  #heard = Promise.withResolvers<void>()
  isClosed = false
  answers = 0
  slowestMs = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('utf8').on('data', (text: string) => {
      const parts = (this.#rest + text).split('\r\n')
      this.#rest = parts.pop()!
      this.#lines.push(...parts)
      this.#heard.resolve()
    })
    socket.on('close', () => {
      this.isClosed = true
      this.#heard.resolve()
    })
  }

  static async connect(port: number): Promise<OperatorClient> {
    const socket = connect(port)
    await once(socket, 'connect')
    const client = new OperatorClient(socket)
    // Its greeting.
    await client.#line()
    return client
  }

  async ask(question: string): Promise<string> {
    const began = performance.now()
    this.#socket.write(`${question}\n`)
    const answer = await this.#line()
    this.answers++
    this.slowestMs = Math.max(this.slowestMs, performance.now() - began)
    return answer
  }

  close(): void {
    this.#socket.end()
  }

  async #line(): Promise<string> {
    while (this.#lines.length === 0 && !this.isClosed) {
      this.#heard = Promise.withResolvers()
      await this.#heard.promise
    }
    return this.#lines.shift() ?? 'closed'
  }
}
