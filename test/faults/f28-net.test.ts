/**
 * F28: peers that reset their connection, vanish, write garbage, never end a telegram, flood, or do not read. Each is a bare socket of this thread, on
 * loopback; after each the object serves the next one.
 */

import assert from 'node:assert/strict'
import { on, once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { describe, it, test } from 'node:test'
import type { Remote } from '../../src/index.ts'
import type { ListenOptions } from '../../src/net/index.ts'
import { withSystem } from '../clauses/support/running.ts'
import { talkers, type FramingName, type Talker } from '../net/fixtures/talker.ts'
import { Heard } from '../net/support/heard.ts'
import { WAYS, withWay } from '../net/support/ways.ts'

interface Served {
  readonly server: Remote<Talker>
  readonly served: Heard
  readonly port: number
  /** A peer that is connected, and the number of its connection. */
  peer(): Promise<{ readonly socket: Socket; readonly conn: number }>
}

type Options = Partial<Omit<ListenOptions<string>, 'framing'>> & { readonly framing?: FramingName }

/** A server, whose peers are gone at the end, and who then still serves one. */
async function withServer(options: Options, use: (served: Served) => Promise<void>): Promise<void> {
  const sockets: Socket[] = []
  try {
    await withSystem(talkers, async (system) => {
      const server = system.spawn(talkers.talker_own)
      const served = new Heard(server)
      await server.listens(options)
      const { address } = await served.next('onNetReady')
      const port = address!.port!
      const peer = async () => {
        const socket = connect(port)
        sockets.push(socket)
        // What happens to it is what the test is about.
        socket.on('error', () => {})
        const { conn } = await served.next('onNetUp')
        return { socket, conn }
      }
      await use({ server, served, port, peer })
      await server.open()
      await server.as('tell')
      const last = await peer()
      assert.equal(await server.sends(last.conn, 'still here'), true)
      assert.match(await firstBytes(last.socket), /still here/)
    })
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

/** The connections of a server from now on, in order. */
function socketsOf(server: Server): { next(): Promise<Socket> } {
  const all = on(server, 'connection')
  return { next: async () => ((await all.next()) as { readonly value: [Socket] }).value[0] }
}

async function firstBytes(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  return chunk.toString('latin1')
}

/** Reads from now on. `come` waits until so many bytes have come, and no more. */
function reading(socket: Socket): { come(bytes: number): Promise<void> } {
  let wanted = Infinity
  let bytes = 0
  const all = Promise.withResolvers<void>()
  const look = (): void => {
    if (bytes > wanted) all.reject(new Error(`${bytes} bytes have come, more than ${wanted}`))
    else if (bytes === wanted) all.resolve()
  }
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    look()
  })
  socket.resume()
  return {
    come(count) {
      wanted = count
      look()
      return all.promise
    },
  }
}

/** Rounds of the object's event loop in which it could have read more. */
async function rounds(server: Remote<Talker>, conn: number): Promise<void> {
  for (let round = 0; round < 200; round++) await server.countsOf(conn)
}

describe('F28: a peer that resets its connection', () => {
  it('is told as down, behind what had come; the rest of a telegram is garbage', () =>
    withServer({}, async ({ server, served, peer }) => {
      const { socket, conn } = await peer()
      socket.write('one\ntwo\nand a ha')
      assert.deepEqual(await served.telegrams(2), ['one', 'two'])
      socket.resetAndDestroy()
      assert.equal((await served.next('onNetError', { conn })).error, 'ECONNRESET')
      assert.match((await served.next('onNetDown', { conn, level: 2 })).reason!, /ECONNRESET/)
      assert.equal((await server.countsOf(conn)).garbage, 8)
      assert.equal(await server.sends(conn, 'late'), false)
      assert.equal((await server.countsOf(conn)).unsent, 1)
    }))

  it('while a handler waits: what had come is handled, and what is sent is counted as not sent', () =>
    withServer({}, async ({ server, served, peer }) => {
      const { socket, conn } = await peer()
      await server.as('wait')
      socket.write('one\ntwo\n')
      await served.next('onNetReceived', { telegram: 'one' })
      socket.resetAndDestroy()
      await once(socket, 'close')
      await rounds(server, conn)
      await server.open()
      await served.next('onNetReceived', { telegram: 'two' })
      await served.next('onNetDown', { conn })
    }))

  it('fails the request that is open', () =>
    withServer({}, async ({ server, served, peer }) => {
      const { socket, conn } = await peer()
      const asked = server.asks(conn, 'what?', { timeout: 60_000 })
      await firstBytes(socket)
      socket.resetAndDestroy()
      await assert.rejects(async () => asked, { name: 'ConnectionLost', executed: 'maybe' })
      await served.next('onNetDown', { conn })
    }))

  it('again and again: a client comes back each time, and no telegram of one connection goes to the next', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    try {
      await withSystem(talkers, async (system) => {
        const client = system.spawn(talkers.talker_own)
        const heard = new Heard(client)
        const sockets = socketsOf(server)
        const conn = await client.connects({ port, reconnect: { first: 1, cap: 5 } })
        for (let times = 0; times < 20; times++) {
          const socket = await sockets.next()
          socket.on('error', () => {})
          await heard.next('onNetUp', { conn })
          socket.write(`${times}\n`)
          assert.equal((await heard.next('onNetReceived')).telegram, String(times))
          socket.resetAndDestroy()
          await heard.next('onNetDown', { conn, level: 2 })
        }
        await client.closes(conn)
        await heard.next('onNetDown', { level: 1 })
      })
    } finally {
      server.close()
    }
  })
})

describe('F28: a server that resets its connections', () => {
  it('S2: is connected to anew once the object knows, so that nothing of one connection comes among that of the next', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    let connections = 0
    server.on('connection', (socket) => {
      connections++
      socket.on('error', () => {})
    })
    try {
      await withSystem(talkers, async (system) => {
        const client = system.spawn(talkers.talker_own)
        const heard = new Heard(client)
        await client.as('wait')
        const sockets = socketsOf(server)
        const conn = await client.connects({ port, reconnect: { first: 1, cap: 1, jitter: 0 } })
        const socket = await sockets.next()
        socket.write('one\ntwo\n')
        await heard.next('onNetReceived', { telegram: 'one' })
        socket.resetAndDestroy()
        await rounds(client, conn)
        // Far more than the 1 ms after which it comes back.
        assert.equal(connections, 1)
        await client.open()
        await sockets.next()
        await heard.next('onNetUp')
        assert.deepEqual(heard.hooks, [
          'onNetUp:2',
          'onNetReceived:one',
          'onNetReceived:two',
          'onNetError',
          'onNetDown:2',
          'onNetUp:2',
        ])
        await client.closes(conn)
        await heard.next('onNetDown', { level: 1 })
      })
    } finally {
      server.close()
    }
  })
})

describe('F28: a peer that is half open', () => {
  it('has closed its side: what it had sent is answered before ours is closed', () =>
    withServer({}, async ({ server, served, peer }) => {
      await server.as('echo')
      const { socket, conn } = await peer()
      const sent = Array.from({ length: 3_000 }, (_, index) => `${index}\n`).join('')
      const echoed = socket.toArray()
      socket.end(sent)
      assert.equal(Buffer.concat((await echoed) as Buffer[]).toString(), sent)
      await served.next('onNetDown', { conn, reason: 'the peer has closed the connection' })
    }))

  it('is silent: the object is told, and may ask; then it is taken for gone', () =>
    withServer({ idleTimeout: 20, idleLimit: 3 }, async ({ served, peer }) => {
      const { conn } = await peer()
      await served.next('onNetTimeout', { conn })
      await served.next('onNetTimeout', { conn })
      assert.equal(
        (await served.next('onNetDown', { conn })).reason,
        'nothing has come for 60 ms: the peer is taken for gone',
      )
    }))

  for (const way of WAYS)
    test(`never closes its side, over ${way}: it is not waited for`, () =>
      withWay(way, ({ listens, connects }) =>
        withSystem(talkers, async (system) => {
          const [server, client] = [system.spawn(talkers.talker_own), system.spawn(talkers.talker_own)]
          const [served, heard] = [new Heard(server), new Heard(client)]
          await server.listens({ ...listens, closeTimeout: 50 })
          const { address } = await served.next('onNetReady')
          await client.connects({ ...connects(address!), reconnect: false })
          await heard.next('onNetUp')
          const { conn } = await served.next('onNetUp')
          // Its thread reads nothing, not even that the other side was closed.
          await client.as('wait')
          await server.sends(conn, 'x')
          await heard.next('onNetReceived')
          await server.closes(conn)
          await served.next('onNetDown', { conn })
          await client.open()
        }),
      ))

  it('does not read: close() does not wait for it for ever, and says what it had not taken', () =>
    withServer({ closeTimeout: 50 }, async ({ server, served, peer }) => {
      const { socket, conn } = await peer()
      socket.pause()
      // More than the systems of both sides take.
      await server.sendsMany(
        conn,
        Array.from({ length: 300 }, () => 'x'.repeat(50_000)),
      )
      await server.closes(conn)
      assert.match(
        (await served.next('onNetDown', { conn })).reason!,
        /^it was closed here; \d+ bytes that were sent had not been taken within 50 ms$/,
      )
    }))
})

describe('F28: a peer that writes garbage', () => {
  const NOISE = Array.from({ length: 4_096 }, (_, index) => (index * 7919 + (index >> 3) * 31) & 0xff)
  const noise = (without: readonly number[]): Buffer => Buffer.from(NOISE.filter((byte) => !without.includes(byte)))

  for (const [framing, without] of [
    ['ascii', [0x3c]],
    ['stxEtx', [0x02]],
  ] as const)
    it(`is passed over, and counted: ${framing}`, () =>
      withServer({ framing }, async ({ server, served, peer }) => {
        const { socket, conn } = await peer()
        const before = noise(without)
        socket.write(before)
        socket.write(framing === 'ascii' ? '<hello>' : '\u0002hello\u0003')
        assert.deepEqual(await served.telegrams(1), ['hello'])
        assert.equal((await server.countsOf(conn)).garbage, before.length)
      }))

  it('that breaks the stream has its connection closed', () =>
    withServer({ framing: 'varint' }, async ({ served, peer }) => {
      const { socket, conn } = await peer()
      socket.write(Buffer.alloc(64, 0xff))
      assert.equal((await served.next('onNetError', { conn })).error, 'BAD_STREAM')
      assert.match((await served.next('onNetDown', { conn })).reason!, /cannot be read any more: a length of more than/)
    }))

  it('on which the framing throws has its connection closed', () =>
    withServer({ framing: 'failing' }, async ({ server, served, peer }) => {
      const { socket, conn } = await peer()
      socket.write('good')
      assert.deepEqual(await served.telegrams(1), ['good'])
      socket.write('bad')
      await served.next('onNetError', { conn })
      assert.match((await served.next('onNetDown', { conn })).reason!, /its framing has failed: it cannot read bad/)
      assert.equal(await server.hello(), 'hello')
    }))

  it('where hands are to be shaken is refused', () =>
    withWay('TLS', ({ listens }) =>
      withSystem(talkers, async (system) => {
        const server = system.spawn(talkers.talker_own)
        const served = new Heard(server)
        await server.listens(listens)
        const { address } = await served.next('onNetReady')
        const socket = connect(address!.port!)
        socket.on('error', () => {})
        socket.end(noise([]))
        await served.next('onNetError', { conn: 0 })
        assert.equal((await server.serverCounts()).failed, 1)
        socket.destroy()
      }),
    ))
})

describe('F28: a telegram without end', () => {
  it('is dropped and counted once it is longer than the limit; the next one is handled', () =>
    withServer({ limit: 1_000 }, async ({ server, served, peer }) => {
      const { socket, conn } = await peer()
      for (let chunks = 0; chunks < 200; chunks++) socket.write('x'.repeat(100_000))
      socket.write('\nshort\n')
      assert.deepEqual(await served.telegrams(1), ['short'])
      assert.equal((await server.countsOf(conn)).overlong, 1)
    }))

  it('closes the connection where that is its policy', () =>
    withServer({ limit: 1_000, overlong: 'close', framing: 'length' }, async ({ served, peer }) => {
      const { socket, conn } = await peer()
      socket.write(Buffer.from([0x7f, 0xff, 0xff, 0xff]))
      await served.next('onNetError', { conn, error: 'BAD_STREAM' })
      assert.match(
        (await served.next('onNetDown', { conn })).reason!,
        /a telegram is longer than the limit of 1000 bytes/,
      )
    }))

  it('that is cut, and goes on on the next connection, is two', () =>
    withServer({ framing: 'stxEtx' }, async ({ served, peer }) => {
      const first = await peer()
      first.socket.end('\u0002half')
      await served.next('onNetDown', { conn: first.conn })
      const second = await peer()
      second.socket.write('other half\u0003\u0002whole\u0003')
      assert.deepEqual(await served.telegrams(1), ['whole'])
    }))
})

describe('F28: a peer that floods', () => {
  it('keeps nobody else waiting', () =>
    withServer({}, async ({ server, peer }) => {
      await server.as('echo quietly')
      const { socket, conn } = await peer()
      const flood = new AbortController()
      const flooding = (async () => {
        const chunk = 'flood\n'.repeat(1_000)
        socket.resume()
        while (!flood.signal.aborted) if (!socket.write(chunk)) await once(socket, 'drain')
      })()
      while ((await server.countsOf(conn)).received === 0);
      const other = await peer()
      for (let times = 0; times < 10; times++) {
        other.socket.write(`${times}\n`)
        assert.equal(await firstBytes(other.socket), `${times}\n`)
        assert.equal(await server.hello(), 'hello')
      }
      flood.abort()
      await flooding
    }))

  it('is not read while its telegrams wait, so that its side is slowed down', () =>
    withServer({}, async ({ server, served, peer }) => {
      const { socket, conn } = await peer()
      await server.as('wait')
      const telegrams = 40_000
      socket.write(`${'x'.repeat(999)}\n`.repeat(telegrams))
      await served.next('onNetReceived')
      await rounds(server, conn)
      // Those in the mailbox, and what was read at once: 64 KB each time.
      const { received } = await server.countsOf(conn)
      assert.ok(received <= 32 + 2 * 66, `${received} were read`)
      await server.open()
      assert.equal((await served.telegrams(telegrams - 1)).length, telegrams - 1)
    }))
})

describe('F28: a peer that does not read', () => {
  it('is told by send, which refuses more in the end; and all that was sent arrives once it reads', () =>
    withServer({ sendLimit: 4_000_000 }, async ({ server, peer }) => {
      const { socket, conn } = await peer()
      socket.pause()
      const telegram = 'x'.repeat(50_000)
      let sent = await server.sendsUntilFull(conn, telegram)
      let refused: unknown
      while (refused === undefined)
        try {
          await server.sends(conn, telegram)
          sent++
        } catch (error) {
          refused = error
        }
      assert.equal((refused as Error).name, 'SendBufferFull')
      assert.match((refused as Error).message, /a telegram of 50001 bytes was not sent: \d+ bytes wait for the peer/)
      const drained = server.drained(conn)
      const bytes = reading(socket)
      await drained
      await server.sends(conn, telegram)
      await bytes.come((sent + 1) * 50_001)
    }))

  it('but sends much itself: two that write at once do not wait for each other without end', () =>
    withSystem(talkers, async (system) => {
      const [server, client] = [system.spawn(talkers.talker_own), system.spawn(talkers.talker_own)]
      const [served, heard] = [new Heard(server), new Heard(client)]
      // More than the systems of both sides take.
      const much = Array.from({ length: 12 }, () => 'x'.repeat(1_000_000))
      const framing = { framing: 'length', limit: 2_000_000 } as const
      await server.listens(framing)
      const { address } = await served.next('onNetReady')
      const conn = await client.connects({ ...address!, ...framing })
      await heard.next('onNetUp')
      const { conn: peer } = await served.next('onNetUp')
      await Promise.all([server.sendsMany(peer, much), client.sendsMany(conn, much)])
      const [there, back] = await Promise.all([served.telegrams(12), heard.telegrams(12)])
      assert.ok(there.every((one) => one === much[0]) && back.every((one) => one === much[0]))
    }))

  it('is not read of either, so that what is echoed to it does not pile up', () =>
    withServer({}, async ({ server, served, peer }) => {
      await server.as('echo twice')
      const { socket, conn } = await peer()
      socket.pause()
      const telegrams = 60_000
      socket.write(`${'x'.repeat(999)}\n`.repeat(telegrams))
      await served.next('onNetReceived')
      await rounds(server, conn)
      const { received, sent } = await server.countsOf(conn)
      // What the system keeps for the two of them is not ours to bound.
      assert.ok(received < telegrams, `${received} were read, and ${sent} sent`)
      await reading(socket).come(telegrams * 2_000)
    }))
})
