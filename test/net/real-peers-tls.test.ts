/** Programs that are not ours as peers over TLS: openssl, socat, and nc, which speaks none. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Address } from '../../src/net/index.ts'
import {
  asLines,
  getsAllAfterStop,
  HOST,
  LINES,
  listens,
  nc,
  PATIENT,
  ROOMY,
  socat,
  socatListens,
  withPeers,
} from './support/real-peers.ts'
import { CLIENT_TLS, NAMELESS_TLS, SERVER_TLS, STRANGER_TLS, STRICT_TLS } from './support/ways.ts'

const TRUSTS_CA = ['cafile=ca.pem', 'verify=1']
const AS_DEVICE = ['cert=client.pem', 'key=client.key.pem']
const AS_SERVER = ['cert=server.pem', 'key=server.key.pem']
const AS_STRANGER = ['cert=stranger.pem', 'key=stranger.key.pem']

describe('socat', () => {
  it('shows its certificate over TLS, and gets its answers', (t) =>
    withPeers(t, 'socat', async (facing) => {
      const { talker, heard, run } = facing
      const address = await listens(facing, { tls: STRICT_TLS })
      const peer = run(...PATIENT, '-', socat('OPENSSL', address, ...TRUSTS_CA, ...AS_DEVICE))
      const { conn } = await heard.next('onNetUp')
      assert.equal(await talker.certified(conn), 'device-17')
      await talker.as('echo')
      peer.ends(asLines(LINES))
      assert.equal((await peer.ended).stdout, asLines(LINES))
      await heard.next('onNetDown', { conn, level: 2, reason: 'the peer has closed the connection' })
    }))

  it('that shows no certificate is refused', (t) =>
    withPeers(t, 'socat', async (facing) => {
      const { talker, heard, run } = facing
      const peer = run('-', socat('OPENSSL', await listens(facing, { tls: STRICT_TLS }), ...TRUSTS_CA))
      await heard.next('onNetError', { conn: 0 })
      // With TLS 1.3 it had been connected, for all that it knew.
      assert.equal((await peer.ended).stdout, '')
      assert.deepEqual(await talker.serverCounts(), { accepted: 0, refused: 0, failed: 1 })
    }))

  it('is a server with TLS: each sees who the other is', (t) =>
    withPeers(t, 'socat', async (facing) => {
      const { talker, heard } = facing
      const { peer, port } = await socatListens(facing, 'OPENSSL', {
        options: [...AS_SERVER, ...TRUSTS_CA, 'commonname=device-17'],
      })
      const conn = await talker.connects({ port, tls: CLIENT_TLS, reconnect: false })
      await heard.next('onNetUp')
      assert.equal(await talker.certified(conn), 'localhost')
      await peer.says(/trusting certificate, commonName matches/)
      await talker.sendsMany(conn, LINES)
      peer.ends(asLines(LINES))
      assert.deepEqual(await heard.telegrams(LINES.length), LINES)
      await heard.next('onNetDown', { level: 1 })
      assert.equal((await peer.ended).stdout, asLines(LINES))
    }))

  it('is refused as a server that nobody vouches for, and refuses a client that shows no certificate', (t) =>
    withPeers(t, 'socat', async (facing) => {
      const { talker, heard } = facing
      const stranger = await socatListens(facing, 'OPENSSL', { options: [...AS_STRANGER, 'verify=0'] })
      await talker.connects({ port: stranger.port, tls: NAMELESS_TLS, reconnect: false })
      assert.match((await heard.next('onNetError')).error!, /SELF_SIGNED|UNABLE_TO_VERIFY|DEPTH_ZERO/)
      await heard.next('onNetDown', { level: 1 })
      for (const tls of [NAMELESS_TLS, STRANGER_TLS]) {
        const strict = await socatListens(facing, 'OPENSSL', { options: [...AS_SERVER, ...TRUSTS_CA] })
        const conn = await talker.connects({ port: strict.port, tls, reconnect: false })
        await heard.next('onNetError', { conn })
        await heard.next('onNetDown', { conn, level: 1 })
        assert.equal((await strict.peer.ended).code, 1)
      }
    }))

  it('that is killed is gone, over TLS too', (t) =>
    withPeers(t, 'socat', async (facing) => {
      const { talker, heard, run } = facing
      const address = await listens(facing, { tls: STRICT_TLS })
      const peer = run('-', socat('OPENSSL', address, ...TRUSTS_CA, ...AS_DEVICE))
      const { conn } = await heard.next('onNetUp')
      peer.writes('whole\nhal')
      assert.deepEqual(await heard.telegrams(1), ['whole'])
      await peer.kill()
      await heard.next('onNetDown', { conn, level: 2 })
      assert.equal((await talker.countsOf(conn)).garbage, 3)
    }))
})

describe('openssl', () => {
  const client = ({ host, port }: Address, ...options: readonly string[]): string[] => [
    's_client',
    '-quiet',
    '-verify_return_error',
    '-CAfile',
    'ca.pem',
    '-connect',
    `${host}:${port}`,
    ...options,
  ]
  const DEVICE = ['-cert', 'client.pem', '-key', 'client.key.pem']

  for (const version of ['-tls1_2', '-tls1_3'])
    it(`s_client ${version} shows its certificate, and gets its answers`, (t) =>
      withPeers(t, 'openssl', async (facing) => {
        const { talker, heard, run } = facing
        await talker.as('echo')
        const peer = run(...client(await listens(facing, { tls: STRICT_TLS }), version, ...DEVICE))
        const { conn } = await heard.next('onNetUp')
        assert.equal(await talker.certified(conn), 'device-17')
        peer.writes(asLines(LINES))
        await peer.says(/^1999 .*\n/m)
        assert.equal(peer.stdout, asLines(LINES))
        await talker.closes(conn)
        assert.equal((await peer.ended).code, 0)
      }))

  for (const [who, options, why] of [
    ['no certificate', [], /PEER_DID_NOT_RETURN_A_CERTIFICATE/],
    ['one of a stranger', ['-cert', 'stranger.pem', '-key', 'stranger.key.pem'], /DEPTH_ZERO_SELF_SIGNED_CERT/],
  ] as const)
    for (const version of ['-tls1_2', '-tls1_3'])
      it(`s_client ${version} that shows ${who} is refused, and the next one is not`, (t) =>
        withPeers(t, 'openssl', async (facing) => {
          const { talker, heard, run } = facing
          const address = await listens(facing, { tls: STRICT_TLS })
          const refused = run(...client(address, version, ...options))
          assert.match((await heard.next('onNetError', { conn: 0 })).error!, why)
          await refused.ended
          assert.deepEqual(await talker.serverCounts(), { accepted: 0, refused: 0, failed: 1 })
          run(...client(address, version, ...DEVICE)).writes('hello\n')
          assert.deepEqual(await heard.telegrams(1), ['hello'])
          assert.deepEqual(await talker.serverCounts(), { accepted: 1, refused: 0, failed: 1 })
        }))

  it('s_client that is stopped makes send say false, and gets all of it when it goes on', (t) =>
    withPeers(t, 'openssl', async (facing) => {
      const peer = facing.run(...client(await listens(facing, { tls: STRICT_TLS, ...ROOMY }), ...DEVICE))
      await getsAllAfterStop(facing, peer)
    }))

  it('s_client shows no certificate to a server that asks for none', (t) =>
    withPeers(t, 'openssl', async (facing) => {
      const { talker, heard, run } = facing
      const { cert, key } = SERVER_TLS
      const peer = run(...client(await listens(facing, { tls: { cert, key } })))
      const { conn } = await heard.next('onNetUp')
      assert.equal(await talker.certified(conn), undefined)
      await talker.sends(conn, 'hello')
      await peer.says(/^hello$/m)
    }))

  it('s_server is a server for our client', (t) =>
    withPeers(t, 'openssl', async ({ talker, heard, run }) => {
      const trusts = ['-CAfile', 'ca.pem', '-Verify', '1', '-verify_return_error']
      const peer = run('s_server', '-accept', `${HOST}:0`, '-cert', 'server.pem', '-key', 'server.key.pem', ...trusts)
      const [, port] = await peer.says(/^ACCEPT 127\.0\.0\.1:(\d+)$/m)
      const conn = await talker.connects({ port: Number(port), tls: CLIENT_TLS })
      await heard.next('onNetUp')
      assert.equal(await talker.certified(conn), 'localhost')
      await talker.sends(conn, 'hello of ours')
      await peer.says(/^hello of ours$/m)
      peer.writes('hello of its\n')
      assert.deepEqual(await heard.telegrams(1), ['hello of its'])
    }))
})

describe('nc', () => {
  it('that speaks no TLS is refused', (t) =>
    withPeers(t, 'nc', async (facing) => {
      const { talker, heard, run } = facing
      const peer = run('-N', ...nc(await listens(facing, { tls: SERVER_TLS })))
      peer.ends('hello\n')
      await heard.next('onNetError', { conn: 0 })
      await peer.ended
      assert.deepEqual(await talker.serverCounts(), { accepted: 0, refused: 0, failed: 1 })
    }))

  for (const [who, args, handshakeTimeout] of [
    ['leaves before it has', ['-z'], 60_000],
    ['never has', [], 100],
  ] as const)
    it(`that ${who} shaken hands is counted, and keeps no place`, (t) =>
      withPeers(t, 'nc', async (facing) => {
        const { talker, heard, run } = facing
        const address = await listens(facing, { tls: { ...SERVER_TLS, handshakeTimeout }, maxPeers: 1 })
        run(...args, ...nc(address))
        await heard.next('onNetError', { conn: 0 })
        assert.deepEqual(await talker.serverCounts(), { accepted: 0, refused: 0, failed: 1 })
        await talker.connects({ ...address, tls: CLIENT_TLS, reconnect: { first: 20, cap: 20 } })
        await heard.next('onNetUp')
      }))
})
