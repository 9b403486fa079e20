/** Programs that are not ours as peers: nc and socat, over TCP and Unix sockets. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import {
  asLines,
  fills,
  freePort,
  getsAllAfterStop,
  HOST,
  LINES,
  listens,
  nc,
  PATIENT,
  ROOMY,
  socat,
  socatListens,
  withFolder,
  withPeers,
} from './support/real-peers.ts'
import { withWay } from './support/ways.ts'

/** It is there soon, and nobody knows when. */
const SOON = { reconnect: { first: 5, cap: 20 } }

/** With all three bytes that are escaped, and as they stand in the stream. */
const TELEGRAMS = ['one', 'S\u0002E\u0003C\u001b', 'ä ö ü', '', 'x'.repeat(3_000)]
const STREAM = [
  '\u0002one\u0003',
  '\u0002S\u001b\u0002E\u001b\u0003C\u001b\u001b\u0003',
  '\u0002ä ö ü\u0003',
  '\u0002\u0003',
  `\u0002${'x'.repeat(3_000)}\u0003`,
].join('')

describe('nc', () => {
  for (const way of ['TCP', 'Unix socket'] as const) {
    it(`gets its answers though it has closed its side first: ${way}`, (t) =>
      withWay(way, ({ listens: where }) =>
        withPeers(t, 'nc', async (facing) => {
          const { talker, heard, run } = facing
          await talker.as('echo')
          const peer = run('-N', ...nc(await listens(facing, where)))
          peer.ends('a\nb\n')
          const { code, stdout } = await peer.ended
          assert.deepEqual([code, stdout], [0, 'a\nb\n'])
          assert.equal((await heard.next('onNetDown')).reason, 'the peer has closed the connection')
          assert.deepEqual(heard.hooks, [
            'onNetReady',
            'onNetUp:2',
            'onNetReceived:a',
            'onNetReceived:b',
            'onNetDown:2',
          ])
        }),
      ))

    it(`that is stopped makes send say false, and gets all of it when it goes on: ${way}`, (t) =>
      withWay(way, ({ listens: where }) =>
        withPeers(t, 'nc', async (facing) => {
          const peer = facing.run('-d', ...nc(await listens(facing, { ...where, ...ROOMY })))
          await getsAllAfterStop(facing, peer)
        }),
      ))
  }

  it('gets an answer to each of many lines', (t) =>
    withPeers(t, 'nc', async (facing) => {
      await facing.talker.as('echo')
      const peer = facing.run('-N', ...nc(await listens(facing)))
      peer.ends(asLines(LINES))
      assert.equal((await peer.ended).stdout, asLines(LINES))
      assert.deepEqual(await facing.heard.telegrams(LINES.length), LINES)
    }))

  it('talks line by line, and is told what it did not ask for', (t) =>
    withPeers(t, 'nc', async (facing) => {
      const { talker, heard, run } = facing
      const peer = run('-N', '-C', ...nc(await listens(facing)))
      const { conn } = await heard.next('onNetUp')
      for (const line of ['one', 'two', 'ä ö ü']) {
        peer.writes(`${line}\n`)
        // With -C it ends its lines with \r\n.
        assert.deepEqual(await heard.telegrams(1), [line])
        await talker.sends(conn, `news of ${line}`)
        await peer.says(new RegExp(`^news of ${line}$`, 'm'))
      }
      peer.ends('half a line')
      await heard.next('onNetDown')
      assert.equal((await talker.countsOf(conn)).garbage, 'half a line'.length)
    }))

  it('gets all that was sent before the server closes', (t) =>
    withPeers(t, 'nc', async (facing) => {
      const { talker, heard, run } = facing
      const peer = run('-d', ...nc(await listens(facing)))
      const { conn } = await heard.next('onNetUp')
      await talker.sendsMany(conn, LINES)
      await talker.closes(conn)
      const { code, stdout } = await peer.ended
      assert.deepEqual([code, stdout], [0, asLines(LINES)])
      await heard.next('onNetDown', { level: 2, reason: 'it was closed here' })
    }))

  it('is a server, to which a client comes as soon as it listens, and again', (t) =>
    withPeers(t, 'nc', async ({ talker, heard, run }) => {
      const port = await freePort()
      const conn = await talker.connects({ port, ...SOON })
      assert.equal((await heard.next('onNetError', { conn })).error, 'ECONNREFUSED')
      for (const line of ['one', 'two']) {
        const peer = run('-l', '-N', '-n', HOST, String(port))
        // It speaks first: until it has ended the one before may take a connection that it never serves.
        peer.writes(`${line} of nc\n`)
        assert.deepEqual(await heard.telegrams(1), [`${line} of nc`])
        await talker.sends(conn, `${line} to nc`)
        await peer.says(new RegExp(`^${line} to nc$`, 'm'))
        peer.ends()
        await heard.next('onNetDown', { conn, level: 2, reason: 'the peer has closed the connection' })
        assert.equal((await peer.ended).code, 0)
      }
    }))

  it('is a server on a Unix socket', (t) =>
    withFolder((folder) =>
      withPeers(t, 'nc', async ({ talker, heard, run }) => {
        const path = join(folder, 'socket')
        const conn = await talker.connects({ path, ...SOON })
        assert.equal((await heard.next('onNetError', { conn })).error, 'ENOENT')
        const peer = run('-l', '-N', '-U', path)
        await heard.next('onNetUp', { conn })
        await talker.sendsMany(conn, LINES)
        await peer.says(/^1999 .*$/m)
        peer.ends(asLines(LINES))
        assert.deepEqual(await heard.telegrams(LINES.length), LINES)
        assert.equal((await peer.ended).stdout, asLines(LINES))
      }),
    ))

  it('that is killed in the middle of a telegram is gone, and another one comes', (t) =>
    withPeers(t, 'nc', async (facing) => {
      const { talker, heard, run } = facing
      const address = await listens(facing)
      const peer = run('-N', ...nc(address))
      const { conn } = await heard.next('onNetUp')
      peer.writes('whole\nhal')
      assert.deepEqual(await heard.telegrams(1), ['whole'])
      await peer.kill()
      await heard.next('onNetDown', { conn, level: 2 })
      assert.equal(await talker.levelOf(conn), 0)
      assert.equal((await talker.countsOf(conn)).garbage, 3)
      await talker.as('echo')
      const other = run('-N', ...nc(address))
      other.ends('hello\n')
      assert.equal((await other.ended).stdout, 'hello\n')
    }))

  it('that is killed while much waits for it fails who waits for room', (t) =>
    withPeers(t, 'nc', async (facing) => {
      const { heard, run } = facing
      const peer = run('-d', ...nc(await listens(facing, ROOMY)))
      const { conn } = await heard.next('onNetUp')
      peer.gets('SIGSTOP')
      const { drained } = await fills(facing, conn)
      const rejects = assert.rejects(drained, { name: 'ConnectionLost' })
      await peer.kill()
      await rejects
      assert.match((await heard.next('onNetError', { conn })).error!, /^(ECONNRESET|EPIPE)$/)
      await heard.next('onNetDown', { conn, level: 2 })
    }))

  it('that is stopped does not keep a connection that is closed', (t) =>
    withPeers(t, 'nc', async (facing) => {
      const { talker, heard, run } = facing
      const peer = run('-d', ...nc(await listens(facing, { ...ROOMY, closeTimeout: 50 })))
      const { conn } = await heard.next('onNetUp')
      peer.gets('SIGSTOP')
      const { drained } = await fills(facing, conn)
      await talker.closes(conn)
      await assert.rejects(drained, { name: 'ConnectionLost' })
      assert.match(
        (await heard.next('onNetDown', { conn })).reason!,
        /\d+ bytes that were sent had not been taken within 50 ms$/,
      )
    }))

  it('that only looks whether somebody listens is told, and does no harm', (t) =>
    withPeers(t, 'nc', async (facing) => {
      const { talker, heard, run } = facing
      await talker.as('echo')
      const address = await listens(facing)
      assert.equal((await run('-z', ...nc(address)).ended).code, 0)
      await heard.next('onNetUp')
      await heard.next('onNetDown', { level: 2 })
      const peer = run('-N', ...nc(address))
      peer.ends('hello\n')
      assert.equal((await peer.ended).stdout, 'hello\n')
    }))

  it('that writes a line without end has it passed over', (t) =>
    withPeers(t, 'nc', async (facing) => {
      const { talker, heard, run } = facing
      const peer = run('-N', ...nc(await listens(facing, { limit: 1_000 })))
      const { conn } = await heard.next('onNetUp')
      peer.ends(`${'x'.repeat(1_000_000)}\nhello\n`)
      assert.deepEqual(await heard.telegrams(1), ['hello'])
      assert.equal((await talker.countsOf(conn)).overlong, 1)
    }))

  it('that says nothing is asked for, and taken for gone', (t) =>
    withPeers(t, 'nc', async (facing) => {
      const { heard, run } = facing
      const peer = run('-N', ...nc(await listens(facing, { idleTimeout: 10 })))
      await heard.next('onNetTimeout')
      assert.match((await heard.next('onNetDown')).reason!, /the peer is taken for gone$/)
      // It sees that only when its input ends.
      peer.ends()
      assert.equal((await peer.ended).code, 0)
    }))
})

describe('socat', () => {
  it('writes telegrams that are cut anywhere', (t) =>
    withPeers(t, 'socat', async (facing) => {
      const { talker, heard, run } = facing
      await talker.as('echo')
      const peer = run(...PATIENT, '-', socat('TCP', await listens(facing, { framing: 'stxEtx' }), 'nodelay'))
      // Each piece but the last ends in a telegram, and is read before the next one is written: there is one that is complete in it.
      for (const [piece, telegram] of [
        ['\u0002one\u0003\u0002tw', 'one'],
        ['o\u0003\u0002three\u001b', 'two'],
        ['\u0003\u0003\u0002', 'three\u0003'],
        ['four\u0003', 'four'],
      ] as const) {
        peer.writes(piece)
        assert.deepEqual(await heard.telegrams(1), [telegram])
      }
      peer.ends()
      const { code, stdout } = await peer.ended
      assert.deepEqual(
        [code, stdout],
        [0, '\u0002one\u0003\u0002two\u0003\u0002three\u001b\u0003\u0003\u0002four\u0003'],
      )
    }))

  for (const size of ['1', '7'])
    it(`writes telegrams in pieces of ${size} bytes`, (t) =>
      withPeers(t, 'socat', async (facing) => {
        const { talker, heard, run } = facing
        await talker.as('echo')
        const address = await listens(facing, { framing: 'stxEtx' })
        const peer = run(...PATIENT, '-b', size, '-', socat('TCP', address, 'nodelay'))
        peer.ends(STREAM)
        assert.equal((await peer.ended).stdout, STREAM)
        assert.deepEqual(await heard.telegrams(TELEGRAMS.length), TELEGRAMS)
      }))

  it('is a server, and telegrams go both ways', (t) =>
    withPeers(t, 'socat', async (facing) => {
      const { talker, heard } = facing
      const { peer, port } = await socatListens(facing, 'TCP', { options: ['nodelay'] })
      const conn = await talker.connects({ port, framing: 'stxEtx', reconnect: false })
      await heard.next('onNetUp')
      await talker.sendsMany(conn, TELEGRAMS)
      peer.ends(STREAM)
      assert.deepEqual(await heard.telegrams(TELEGRAMS.length), TELEGRAMS)
      await heard.next('onNetDown', { level: 1 })
      assert.equal((await peer.ended).stdout, STREAM)
    }))

  it('answers requests', (t) =>
    withPeers(t, 'socat', async (facing) => {
      const { talker, heard } = facing
      // What it reads it writes.
      const { peer, port } = await socatListens(facing, 'TCP', { other: 'PIPE' })
      const conn = await talker.connects({ port, framing: 'stxEtx' })
      await heard.next('onNetUp')
      assert.deepEqual(await talker.asksAll(conn, TELEGRAMS), TELEGRAMS)
      await talker.closes(conn)
      assert.equal((await peer.ended).code, 0)
    }))

  it('talks over a Unix socket, as a client and as a server', (t) =>
    withFolder((folder) =>
      withPeers(t, 'socat', async (facing) => {
        const { talker, heard, run } = facing
        await talker.as('echo')
        const { path: ours } = await listens(facing, { path: join(folder, 'ours') })
        const client = run(...PATIENT, '-', `UNIX-CONNECT:${ours}`)
        client.ends(asLines(LINES))
        assert.equal((await client.ended).stdout, asLines(LINES))
        await heard.next('onNetDown', { level: 2 })
        await talker.as('tell')

        const path = join(folder, 'its')
        const server = run(...PATIENT, `UNIX-LISTEN:${path}`, '-')
        const conn = await talker.connects({ path, ...SOON })
        await heard.next('onNetUp', { conn })
        await talker.sendsMany(conn, LINES)
        server.ends(asLines(LINES))
        assert.deepEqual(await heard.telegrams(LINES.length), LINES)
        assert.equal((await server.ended).stdout, asLines(LINES))
      }),
    ))
})
