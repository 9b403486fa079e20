/** Connections between two NetTasks, on each way and placement; what goes wrong with them is F28 (test/faults/f28-*.test.ts). */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { describe, it, test } from 'node:test'
import { call, type Remote, type System } from '../../src/index.ts'
import { PLACEMENTS, type Placement } from '../clauses/support/placements.ts'
import { withSystem } from '../clauses/support/running.ts'
import { talkers, type FramingName, type Talker } from './fixtures/talker.ts'
import { Heard } from './support/heard.ts'
import { CLIENT_TLS, NAMELESS_TLS, STRANGER_TLS, STRICT_TLS, WAYS, withWay, type Way } from './support/ways.ts'

type Running = System<typeof talkers>

interface Pair {
  readonly system: Running
  readonly server: Remote<Talker>
  readonly client: Remote<Talker>
  readonly served: Heard
  readonly heard: Heard
  /** The server's connection to the client, and the client's to the server. */
  readonly peer: number
  readonly conn: number
}

interface How {
  readonly way?: Way
  readonly placements?: readonly [Placement, Placement]
  readonly framing?: FramingName
  readonly of?: Readonly<Record<string, unknown>>
  readonly serverOf?: Readonly<Record<string, unknown>>
}

/** A server and a client that are connected. */
async function withPair(
  { way = 'TCP', placements = ['shared', 'shared'], framing = 'lines', of = {}, serverOf = {} }: How,
  use: (pair: Pair) => Promise<void>,
): Promise<void> {
  await withWay(way, ({ listens, connects }) =>
    withSystem(talkers, async (system) => {
      const server = system.spawn(talkers[`talker_${placements[0]}`])
      const client = system.spawn(talkers[`talker_${placements[1]}`])
      const served = new Heard(server)
      const heard = new Heard(client)
      await server.listens({ framing, ...listens, ...serverOf })
      const { address } = await served.next('onNetReady')
      const conn = await client.connects({ framing, ...connects(address!), ...of })
      await heard.next('onNetUp', { level: 2 })
      const { conn: peer } = await served.next('onNetUp', { level: 2 })
      await use({ system, server, client, served, heard, peer, conn })
    }),
  )
}

for (const way of WAYS)
  for (const [index, placement] of PLACEMENTS.entries())
    test(`telegrams go both ways, over ${way}, on ${placement}`, () =>
      withPair(
        { way, placements: [placement, PLACEMENTS[(index + 1) % PLACEMENTS.length]!] },
        async ({ server, client, served, heard, peer, conn }) => {
          await server.as('echo')
          const sent = ['hello', 'ä ö ü', 'x'.repeat(60_000), '']
          await client.sendsMany(conn, sent)
          assert.deepEqual(await served.telegrams(4), sent)
          assert.deepEqual(await heard.telegrams(4), sent)
          assert.equal(await client.levelOf(conn), 2)
          await client.closes(conn)
          assert.match((await served.next('onNetDown', { level: 2 })).reason!, /^the peer has closed the connection$/)
          assert.match((await heard.next('onNetDown', { level: 2 })).reason!, /^it was closed here$/)
          await heard.next('onNetDown', { level: 1 })
          assert.equal(await client.levelOf(conn), 0)
          assert.equal(await server.levelOf(peer), 0)
          const { sent: out, received } = await client.countsOf(conn)
          assert.deepEqual([out, received], [4, 4])
        },
      ))

for (const framing of ['ascii', 'stxEtx', 'length', 'varint'] as const)
  test(`telegrams are framed: ${framing}`, () =>
    withPair({ framing }, async ({ client, served, conn }) => {
      const sent = ['<a\\b>', '\u0002\u0003\u001b', 'a\nb', '', 'z'.repeat(5_000)]
      await client.sendsMany(conn, sent)
      assert.deepEqual(await served.telegrams(5), sent)
    }))

describe('a connection', () => {
  it('S4: has its telegrams handled one at a time, between other messages, in their order', () =>
    withPair({}, async ({ server, client, served, conn }) => {
      await server.as('wait')
      await client.sendsMany(conn, ['one', 'two', 'three'])
      await served.next('onNetReceived', { telegram: 'one' })
      // Its handler waits: what has come stands behind it.
      assert.equal(await server.handledSoFar(), 1)
      await server.open()
      assert.deepEqual(await served.telegrams(2), ['two', 'three'])
      assert.equal(await server.hello(), 'hello')
    }))

  it('S31: goes on where a handler fails', () =>
    withPair({}, async ({ server, client, served, conn }) => {
      await server.as('fail')
      await client.sendsMany(conn, ['one', 'two'])
      assert.deepEqual(await served.telegrams(2), ['one', 'two'])
      await server.as('tell')
      await client.sends(conn, 'three')
      assert.deepEqual(await served.telegrams(1), ['three'])
    }))

  it('ends with what was sent before it', () =>
    withPair({}, async ({ client, served, conn }) => {
      const sent = Array.from({ length: 2_000 }, (_, index) => `${index} ${'x'.repeat(100)}`)
      await client.sendsMany(conn, sent)
      await client.closes(conn)
      assert.deepEqual(await served.telegrams(2_000), sent)
      await served.next('onNetDown', { level: 2 })
    }))

  it('is closed by the server for one peer, and the other stays', () =>
    withPair({}, async ({ system, server, client, served, heard, peer, conn }) => {
      const other = system.spawn(talkers.talker_shared)
      const { address } = served.all.find(({ hook }) => hook === 'onNetReady')!
      const others = new Heard(other)
      const second = await other.connects({ ...address!, reconnect: false })
      const { conn: stays } = await served.next('onNetUp')
      await others.next('onNetUp')
      await server.closes(peer)
      await heard.next('onNetDown', { level: 2, conn })
      await served.next('onNetDown', { conn: peer })
      await server.sends(stays, 'hello')
      assert.deepEqual(await others.telegrams(1), ['hello'])
      await other.sends(second, 'hello')
      assert.deepEqual(await served.telegrams(1), ['hello'])
      assert.equal(await client.levelOf(conn), 1)
    }))

  it('refuses to send before it is up, after it is down, and once it is closed', () =>
    withSystem(talkers, async (system) => {
      const client = system.spawn(talkers.talker_shared)
      const heard = new Heard(client)
      const conn = await client.connects({ port: 1, reconnect: { first: 60_000, cap: 60_000 } })
      await assert.rejects(async () => client.sends(conn, 'early'), {
        name: 'NotConnected',
        code: 'NOT_CONNECTED',
        executed: 'no',
        message:
          /connection \d+ to 127.0.0.1:1: send\(telegram\): it is not connected yet: wait for onNetUp; nothing was sent$/,
      })
      await assert.rejects(async () => client.asks(conn, 'early'), { name: 'NotConnected', executed: 'no' })
      await heard.next('onNetError', { conn })
      await client.closes(conn)
      await heard.next('onNetDown', { level: 1, reason: 'it was closed here' })
      await assert.rejects(async () => client.sends(conn, 'late'), { name: 'NotConnected', message: /it was closed/ })
      assert.equal(await client.levelOf(conn), 0)
    }))

  it('refuses what is no telegram', () =>
    withPair({}, async ({ client, conn }) => {
      for (const wrong of [42, undefined, { a: 1 }])
        await assert.rejects(async () => client.sends(conn, wrong as never), {
          name: 'BadDefinition',
          message:
            /: send\(telegram\): expected a text or a Uint8Array, found (42|undefined|an object \(a\)); nothing was sent$/,
        })
    }))

  it('refuses a telegram that its framing cannot carry, and goes on', () =>
    withPair({}, async ({ client, served, conn }) => {
      await assert.rejects(async () => client.sends(conn, 'two\nlines'), { name: 'BadDefinition' })
      await client.sends(conn, 'one line')
      assert.deepEqual(await served.telegrams(1), ['one line'])
    }))
})

describe('a request', () => {
  it('is answered by the next telegram, in the order of the requests', () =>
    withPair({}, async ({ server, client, heard, conn }) => {
      await server.as('echo')
      assert.deepEqual(await client.asksAll(conn, ['a', 'b', 'c']), ['a', 'b', 'c'])
      // No answer came as a telegram.
      await client.sends(conn, 'plain')
      assert.deepEqual(await heard.telegrams(1), ['plain'])
    }))

  it('is answered by the telegram that it takes for its answer; others are told', () =>
    withPair({}, async ({ server, client, heard, peer, conn }) => {
      const answer = client.asks(conn, 'what?', { begins: 'A:' })
      await server.sendsMany(peer, ['news 1', 'A:42', 'news 2'])
      assert.equal(await answer, 'A:42')
      assert.deepEqual(await heard.telegrams(2), ['news 1', 'news 2'])
    }))

  it('fails with FutureShock, and S13: its late answer is no telegram, nor that of the next', () =>
    withPair({}, async ({ system, server, client, served, heard, peer, conn }) => {
      await assert.rejects(async () => client.asks(conn, 'one', { timeout: 1 }), {
        name: 'FutureShock',
        executed: 'maybe',
        message: /^timeout: a request to .*, connection \d+ to .* was not answered within 1 ms$/,
      })
      await served.next('onNetReceived', { telegram: 'one' })
      const second = client.asks(conn, 'two')
      await served.next('onNetReceived', { telegram: 'two' })
      await server.sendsMany(peer, ['answer one', 'answer two', 'plain'])
      assert.equal(await second, 'answer two')
      assert.deepEqual(await heard.telegrams(1), ['plain'])
      assert.ok(system)
    }))

  it('S15: has the deadline of the call that it is part of', () =>
    withPair({}, async ({ client, conn }) => {
      const asked = call(client, { timeout: 50 }).asks(conn, 'what?', { timeout: 60_000 })
      await assert.rejects(async () => asked, { name: 'FutureShock' })
      // The object is free again: its handler has ended with the call.
      assert.equal(await client.hello(), 'hello')
    }))

  it('fails with ConnectionLost when the connection ends', () =>
    withPair({}, async ({ server, client, served, peer, conn }) => {
      const asked = client.asks(conn, 'what?', { timeout: 60_000 })
      await served.next('onNetReceived')
      await server.closes(peer)
      await assert.rejects(async () => asked, { name: 'ConnectionLost', executed: 'maybe' })
    }))

  it('S18: may be awaited while a flood stands before its answer', () =>
    withPair({}, async ({ server, client, served, heard, peer, conn }) => {
      const asked = client.asks(conn, 'what?', { begins: 'A:', timeout: 60_000 })
      await served.next('onNetReceived')
      const flood = Array.from({ length: 5_000 }, (_, index) => `news ${index}`)
      await server.sendsMany(peer, [...flood, 'A:42'])
      assert.equal(await asked, 'A:42')
      assert.deepEqual(await heard.telegrams(5_000), flood)
    }))

  it('S14: is not sent where its signal has aborted', () =>
    withPair({}, async ({ client, served, conn }) => {
      await assert.rejects(async () => client.asksInVain(conn, 'launch'), { name: 'AbortError', executed: 'no' })
      await client.sends(conn, 'next')
      assert.deepEqual(await served.telegrams(1), ['next'])
    }))

  it('is cancelled with the call that awaits it, or by itself', () =>
    withPair({}, async ({ client, served, conn }) => {
      const asked = client.asks(conn, 'what?', { timeout: 60_000 })
      await served.next('onNetReceived')
      asked.cancel()
      await assert.rejects(async () => asked, { name: 'AbortError' })
    }))
})

describe('TLS', () => {
  it('shows the certificate of either side to the other', () =>
    withPair({ way: 'TLS' }, async ({ server, client, peer, conn }) => {
      assert.equal(await server.certified(peer), 'device-17')
      assert.equal(await client.certified(conn), 'localhost')
    }))

  for (const [who, tls] of [
    ['none', NAMELESS_TLS],
    ['one of a stranger', STRANGER_TLS],
  ] as const)
    it(`lets a server refuse a client that shows no certificate that it knows: ${who}`, () =>
      withSystem(talkers, async (system) => {
        const [server, client] = [system.spawn(talkers.talker_own), system.spawn(talkers.talker_own)]
        const [served, heard] = [new Heard(server), new Heard(client)]
        await server.listens({ tls: STRICT_TLS })
        const { address } = await served.next('onNetReady')
        await client.connects({ ...address!, tls, reconnect: false })
        await served.next('onNetError', { conn: 0 })
        await heard.next('onNetDown', { level: 1 })
        assert.ok(!served.hooks.includes('onNetUp:2'))
        assert.deepEqual(await server.serverCounts(), { accepted: 0, refused: 0, failed: 1 })
        const right = await client.connects({ ...address!, tls: CLIENT_TLS })
        await heard.next('onNetUp', { conn: right })
        await served.next('onNetUp')
      }))

  it('lets a client refuse a server that nobody vouches for', () =>
    withSystem(talkers, async (system) => {
      const [server, client] = [system.spawn(talkers.talker_own), system.spawn(talkers.talker_own)]
      const [served, heard] = [new Heard(server), new Heard(client)]
      await server.listens({ tls: { cert: STRANGER_TLS.cert, key: STRANGER_TLS.key } })
      const { address } = await served.next('onNetReady')
      await client.connects({ ...address!, tls: NAMELESS_TLS, reconnect: false })
      assert.match((await heard.next('onNetError')).error!, /SELF_SIGNED|UNABLE_TO_VERIFY|DEPTH_ZERO/)
      await heard.next('onNetDown', { level: 1 })
    }))
})

describe('a server', () => {
  it('is ready, and tells where; and closed, while its peers stay', () =>
    withPair({}, async ({ server, client, served, conn }) => {
      const { address } = served.all.find(({ hook }) => hook === 'onNetReady')!
      assert.equal(address!.host, '127.0.0.1')
      await server.closesServer()
      assert.match((await served.next('onNetDown', { level: 1, conn: 0 })).reason!, /closed here/)
      await client.sends(conn, 'still here')
      assert.deepEqual(await served.telegrams(1), ['still here'])
    }))

  it('settles ready when it listens, and fails it where it cannot', () =>
    withSystem(talkers, async (system) => {
      const [first, second] = [system.spawn(talkers.talker_own), system.spawn(talkers.talker_own)]
      await first.listens()
      const { port } = await first.ready()
      assert.ok(port! > 0)
      assert.deepEqual(await first.ready(), { host: '127.0.0.1', port })
      await second.listens({ port })
      await assert.rejects(async () => second.ready(), { code: 'EADDRINUSE' })
    }))

  it('lists the connections that can be sent to: none that has gone, or is closed', () =>
    withPair({}, async ({ system, server, served, heard, peer }) => {
      const { address } = served.all.find(({ hook }) => hook === 'onNetReady')!
      const other = system.spawn(talkers.talker_shared)
      const others = new Heard(other)
      await other.connects({ ...address!, reconnect: false })
      await served.next('onNetUp')
      assert.equal(await server.broadcasts('both'), 2)
      assert.deepEqual([await heard.telegrams(1), await others.telegrams(1)], [['both'], ['both']])
      await server.closes(peer)
      assert.equal(await server.broadcasts('one'), 1)
      assert.deepEqual(await others.telegrams(1), ['one'])
      assert.equal(await server.sends(peer, 'late'), false)
    }))

  it('that cannot listen tells of it', () =>
    withPair({}, async ({ system, served }) => {
      const { address } = served.all.find(({ hook }) => hook === 'onNetReady')!
      const second = system.spawn(talkers.talker_own)
      const heard = new Heard(second)
      await second.listens({ port: address!.port })
      assert.deepEqual(await heard.next('onNetError'), { hook: 'onNetError', conn: 0, error: 'EADDRINUSE' })
    }))

  it('takes over a Unix socket that its owner has left, and no other', () =>
    withWay('Unix socket', ({ listens: { path } }) =>
      withSystem(talkers, async (system) => {
        const owner = spawn(process.execPath, [
          '-e',
          `require('net').createServer().listen(process.argv[1], () => console.log())`,
          path!,
        ])
        await once(owner.stdout, 'data')
        const server = system.spawn(talkers.talker_own)
        const heard = new Heard(server)
        await server.listens({ path: path! })
        assert.equal((await heard.next('onNetError')).error, 'EADDRINUSE')
        owner.kill('SIGKILL')
        await once(owner, 'exit')
        await server.listens({ path: path! })
        assert.deepEqual((await heard.next('onNetReady')).address, { path })
      }),
    ))

  it('removes no file that is no socket', () =>
    withWay('Unix socket', ({ listens: { path } }) =>
      withSystem(talkers, async (system) => {
        await writeFile(path!, 'precious')
        const server = system.spawn(talkers.talker_own)
        const heard = new Heard(server)
        await server.listens({ path: path! })
        assert.equal((await heard.next('onNetError')).error, 'EADDRINUSE')
        assert.equal(await readFile(path!, 'utf8'), 'precious')
      }),
    ))

  it('S8: counts peers that have gone as long as its object has not been told of that', () =>
    withPair({ serverOf: { maxPeers: 3 } }, async ({ server, client, served, conn }) => {
      const { address } = served.all.find(({ hook }) => hook === 'onNetReady')!
      await server.as('wait')
      await client.sends(conn, 'one')
      await served.next('onNetReceived')
      for (let times = 0; times < 10; times++) {
        const socket = connect(address!.port!)
        // It is refused, or has a place.
        socket.on('error', () => {})
        await once(socket, 'connect')
        socket.destroy()
      }
      for (let seen = 0; seen < 11;) {
        const { accepted, refused } = await server.serverCounts()
        seen = accepted + refused
        assert.ok(accepted <= 3, `${accepted} have a place`)
      }
      await server.open()
    }))

  it('refuses more peers than it is to have, counts them, and takes one again when another has left', () =>
    withPair({ serverOf: { maxPeers: 1 } }, async ({ system, server, client, served, conn }) => {
      const { address } = served.all.find(({ hook }) => hook === 'onNetReady')!
      const second = system.spawn(talkers.talker_shared)
      const heard = new Heard(second)
      await second.connects({ ...address!, reconnect: false })
      await heard.next('onNetDown', { level: 1 })
      assert.equal((await server.serverCounts()).refused, 1)
      await client.closes(conn)
      await served.next('onNetDown')
      const again = await second.connects({ ...address! })
      await heard.next('onNetUp', { conn: again })
    }))
})

describe('a client', () => {
  it('comes back by itself when the server does', () =>
    withPair({ of: { reconnect: { first: 5, cap: 20 } } }, async ({ system, server, client, served, heard, conn }) => {
      const { address } = served.all.find(({ hook }) => hook === 'onNetReady')!
      await server.ends()
      await heard.next('onNetDown', { level: 2 })
      await heard.next('onNetError')
      const second = system.spawn(talkers.talker_shared)
      await second.as('echo')
      await second.listens({ port: address!.port })
      await heard.next('onNetUp', { conn })
      await client.sends(conn, 'hello again')
      assert.deepEqual(await heard.telegrams(1), ['hello again'])
    }))

  it('gives up after so many attempts', () =>
    withSystem(talkers, async (system) => {
      const client = system.spawn(talkers.talker_own)
      const heard = new Heard(client)
      const conn = await client.connects({ port: 1, reconnect: { first: 1, cap: 2, attempts: 3 } })
      const { reason } = await heard.next('onNetDown', { level: 1, conn })
      assert.match(reason!, /^it could not be connected in 3 attempts: .*ECONNREFUSED/)
      assert.deepEqual(heard.hooks, ['onNetError', 'onNetError', 'onNetError', 'onNetDown:1'])
    }))

  it('tries once where it is told to', () =>
    withSystem(talkers, async (system) => {
      const client = system.spawn(talkers.talker_main)
      const heard = new Heard(client)
      await client.connects({ port: 1, reconnect: false })
      assert.match((await heard.next('onNetDown', { level: 1 })).reason!, /^it could not be connected: .*ECONNREFUSED/)
    }))
})

describe('the end of the object', () => {
  it('S30: handles what has come, sends what was sent, and closes its connections', async () => {
    const sent = Array.from({ length: 5_000 }, (_, index) => `${index}\n`).join('')
    let echoed: Promise<string>
    await withSystem(talkers, async (system) => {
      const server = system.spawn(talkers.talker_own)
      const served = new Heard(server)
      await server.listens()
      const { address } = await served.next('onNetReady')
      await server.as('echo')
      const socket = connect(address!.port!)
      echoed = text(socket)
      socket.write(sent)
      // All of it was read at once, and little of it handled.
      await served.next('onNetReceived')
      // A system that stops lets each object handle what has come.
    })
    assert.equal(await echoed!, sent)
  })

  it('S30: a request that is open when a stop comes is answered', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    try {
      let answer: PromiseLike<string>
      await withSystem(talkers, async (system) => {
        const [asking, witness] = [system.spawn(talkers.talker_own), system.spawn(talkers.talker_own)]
        const sockets: Socket[] = []
        for (const talker of [asking, witness]) {
          const heard = new Heard(talker)
          const accepted = once(server, 'connection') as Promise<[Socket]>
          await talker.connects({ port })
          await heard.next('onNetUp')
          sockets.push(...(await accepted))
        }
        const [asked, watched] = sockets as [Socket, Socket]
        answer = asking.asks(1, 'what?', { timeout: 60_000 })
        await once(asked, 'data')
        // The stop has begun once it closes the connection of another, which has nothing to do.
        watched.resume().once('end', () => {
          asked.write('42\n')
          watched.end()
        })
      })
      assert.equal(await answer!, '42')
    } finally {
      server.close()
    }
  })

  it('S32: a restart closes its connections, and is told of none of them', () =>
    withSystem(talkers, async (system) => {
      const [server, client] = [system.spawn(talkers.fragile_own), system.spawn(talkers.talker_own)]
      const [served, heard] = [new Heard(server), new Heard(client)]
      await server.listens()
      const { address } = await served.next('onNetReady')
      await client.connects({ ...address!, reconnect: { first: 5, cap: 20 } })
      await heard.next('onNetUp')
      await served.next('onNetUp')
      await assert.rejects(async () => server.crash())
      await heard.next('onNetDown', { level: 2 })
      // Its successor listens where it did: nothing holds the port.
      await server.listens({ port: address!.port })
      await served.next('onNetReady')
      await heard.next('onNetUp')
      await served.next('onNetUp')
      assert.ok(!served.hooks.some((hook) => hook.startsWith('onNetDown')), served.hooks.join(' '))
    }))
})
