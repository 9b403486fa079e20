import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Task } from 'tsworks'
import { commandLine } from './command-line.ts'

/** A device has something new so often, in ms. */
const MEASURES_EACH = 100
const STX = '\u0002'
const ETX = '\u0003'

/** What a device does wrong, for a while. */
const FAULTS = ['hangs', 'floods', 'is cut', 'is gone'] as const
type Fault = (typeof FAULTS)[number]

/** What is known of a device when all is over: the gateway has acknowledged all up to `acknowledged` of its telegrams. */
export interface Made {
  readonly measured: number
  readonly acknowledged: number
  readonly faults: number
}

/**
 * A park of simulated devices, each a server with a port of its own. They speak STX/ETX telegrams by `node:net` alone, as a device would that knows
 * nothing of tsworks:
 *
 *   WHO          ▶ I <id>
 *   POLL <acked> ▶ M <number> <value>, the first that is not acknowledged; or N: there is none
 *
 * A measurement is kept until it is acknowledged.
 */
export class Park extends Task {
  #devices: SimulatedDevice[] = []
  #ports: number[] = []
  #measuring: NodeJS.Timeout | undefined

  override async onStart(): Promise<void> {
    this.#devices = Array.from({ length: commandLine.devices }, (_, id) => new SimulatedDevice(id))
    this.#ports = await Promise.all(this.#devices.map((device) => device.open()))
    this.#measuring = setInterval(() => this.#measure(), MEASURES_EACH)
  }

  portOf(id: number): number {
    return this.#ports[id]!
  }

  /** Lets some devices, by chance, do something wrong for a while. */
  disturb(share: number, forMs: number): void {
    for (const device of this.#devices)
      if (Math.random() < share) device.disturb(FAULTS[Math.floor(Math.random() * FAULTS.length)]!, forMs)
  }

  /** No device measures any more, and none does anything wrong. */
  settle(): void {
    clearInterval(this.#measuring)
    for (const device of this.#devices) device.recover()
  }

  made(): Made[] {
    return this.#devices.map(({ made }) => made)
  }

  override onStop(): void {
    clearInterval(this.#measuring)
    for (const device of this.#devices) device.close()
  }

  #measure(): void {
    for (const device of this.#devices) device.measure()
  }
}

class SimulatedDevice {
  readonly #id: number
  #server: Server | undefined
  #port = 0
  readonly #sockets = new Set<Socket>()
  #measured = 0
  #acknowledged = 0
  #faults = 0
  #fault: Fault | undefined
  #recovery: NodeJS.Timeout | undefined

  constructor(id: number) {
    this.#id = id
  }

  get made(): Made {
    return { measured: this.#measured, acknowledged: this.#acknowledged, faults: this.#faults }
  }

  open(): Promise<number> {
    this.#server = createServer((socket) => this.#serve(socket))
    return new Promise((resolve, reject) => {
      this.#server!.once('error', reject).listen(this.#port, '127.0.0.1', () => {
        this.#port = (this.#server!.address() as AddressInfo).port
        resolve(this.#port)
      })
    })
  }

  close(): void {
    clearTimeout(this.#recovery)
    this.#server?.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  measure(): void {
    this.#measured++
  }

  disturb(fault: Fault, forMs: number): void {
    if (this.#fault !== undefined) return
    this.#faults++
    this.#fault = fault
    this.#recovery = setTimeout(() => this.recover(), forMs)
    const [socket] = this.#sockets
    if (fault === 'floods') socket?.write(`${STX}X flood${ETX}`.repeat(20_000))
    if (fault === 'is cut') {
      socket?.write(`${STX}M ${this.#acknowledged + 1} 4`)
      socket?.destroySoon()
    }
    if (fault === 'is gone') {
      this.#server?.close()
      for (const each of this.#sockets) each.destroy()
    }
  }

  recover(): void {
    clearTimeout(this.#recovery)
    const wasGone = this.#fault === 'is gone'
    this.#fault = undefined
    if (wasGone) void this.open()
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A gateway that resets its connection will come back.
    socket.on('error', () => {})
    let text = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
      for (let end = text.indexOf(ETX); end >= 0; end = text.indexOf(ETX)) {
        this.#answer(socket, text.slice(text.lastIndexOf(STX, end) + 1, end))
        text = text.slice(end + 1)
      }
    })
  }

  #answer(socket: Socket, telegram: string): void {
    if (this.#fault === 'hangs') return
    const [word, acked] = telegram.split(' ')
    if (word === 'WHO') socket.write(`${STX}I ${this.#id}${ETX}`)
    if (word !== 'POLL') return
    // What was acknowledged once is not measured again, however old the question is.
    this.#acknowledged = Math.max(this.#acknowledged, Number(acked))
    const next = this.#acknowledged + 1
    socket.write(next > this.#measured ? `${STX}N${ETX}` : `${STX}M ${next} ${(this.#id * 7 + next) % 100}${ETX}`)
  }
}
