import "../index.ts";
import "../core/belongings.ts";
import { Task } from "../core/task.ts";
import { NetHook } from "../core/words.ts";
import { ConnectionOptions as ConnectionOptions$1, PeerCertificate, TlsOptions } from "node:tls";
import { Future } from "../core/future.ts";
import "../wire/byte-writer.ts";
import { Backoff } from "../core/restart.ts";
import { ConnectionLost, NotConnected, SendBufferFull } from "../core/errors.ts";
type Address = {
  readonly host: string;
  readonly port: number;
  readonly path?: undefined;
} | {
  readonly path: string;
  readonly host?: undefined;
  readonly port?: undefined;
};
/** What a framing writes into: to its end. Whoever throws has written nothing: what it had written is taken back. */
interface Output {
  /** What was written are its first `length` bytes; another one after each growth. */
  readonly bytes: Buffer;
  readonly length: number;
  byte(value: number): void;
  copy(bytes: Uint8Array): void;
  text(text: string, encoding: BufferEncoding): void;
}
/** What one side gives to the other. */
type Telegram = string | Uint8Array;
/** How text is turned into bytes; `bytes`: telegrams are bytes. */
declare const ENCODINGS: readonly ['utf8', 'latin1', 'ascii', 'utf16le', 'bytes'];
type Encoding = (typeof ENCODINGS)[number];
/** What telegrams are in an encoding. */
type TelegramIn<E extends Encoding> = E extends 'bytes' ? Uint8Array : string;
/** Who hears what a reader finds, in the order in which it stands in the stream. */
interface Sink<T extends Telegram = Telegram> {
  /** Bytes lie in the memory that was pushed, where they were in one piece. */
  telegram(telegram: T): void;
  /** A telegram is longer than the limit. It is passed over; told once, as soon as that is known. */
  overlong(): void;
  /** So many bytes are part of no telegram: noise between two, or one that was cut. */
  garbage(bytes: number): void;
  /** From here on nothing can be read: where telegrams begin is not known any more. The reader takes nothing more. */
  broken(reason: string): void;
}
/** Reads one stream. */
interface TelegramReader {
  /** Takes the next bytes of the stream, which stay as they are from then on. */
  push(chunk: Uint8Array): void;
  /** The stream has ended: what is left of a telegram that was cut is garbage. */
  end(): void;
}
/**
 * How telegrams are read and written. One's own is an object with these three.
 *
 * @example
 * const blocks: Framing<Uint8Array> = {
 *   name: 'blocks of 4 bytes',
 *   reader: (sink) => {
 *     let rest = Buffer.alloc(0)
 *     return {
 *       push(chunk) {
 *         rest = Buffer.concat([rest, chunk])
 *         for (; rest.length >= 4; rest = rest.subarray(4)) sink.telegram(rest.subarray(0, 4))
 *       },
 *       end() {
 *         if (rest.length > 0) sink.garbage(rest.length)
 *       },
 *     }
 *   },
 *   write: (telegram) => telegram,
 * }
 * const seen: string[] = []
 * const sink = { telegram: (block: Uint8Array) => seen.push(String(block)), overlong() {}, garbage() {}, broken() {} }
 * blocks.reader(sink, 1_024).push(Buffer.from('abcdef'))
 * console.log(seen) // => [ 'abcd' ]
 */
interface Framing<T extends Telegram = Telegram> {
  /** For logs and errors. */
  readonly name: string;
  /** A reader for a new stream, of telegrams of at most `limit` bytes. */
  reader(sink: Sink<T>, limit: number): TelegramReader;
  /**
   * The bytes that stand for a telegram, in one piece.
   *
   * @throws BadDefinition for one that this framing cannot carry, so that its reader would not find it
   */
  write(telegram: T): Uint8Array;
  /** The same, to the end of what is sent next, which saves it memory of its own. */
  writeTo?(telegram: T, out: Output): void;
}
/** What holds for each connection, whoever has opened it. Times in ms. */
interface ConnectionOptions<T extends Telegram = Telegram> {
  /** How telegrams stand in the stream. */
  readonly framing: Framing<T>;
  /** Bytes of the longest telegram that is taken; 65,536. */
  readonly limit?: number;
  /** What becomes of a longer one: it is dropped and counted (`drop`), or the connection is closed (`close`). */
  readonly overlong?: 'drop' | 'close';
  /** `onNetTimeout` after so long without a byte of the peer, and again for each further such stretch; 0, unless it is given: never. */
  readonly idleTimeout?: number;
  /** After so many such stretches in a row the peer is taken for gone, and the connection ended; 2. */
  readonly idleLimit?: number;
  /** Bytes that wait to be sent from which on `send` gives false, and nothing more is read of the peer; 65,536. */
  readonly highWater?: number;
  /** Bytes that wait to be sent beyond which `send` throws SendBufferFull; 16 MB. */
  readonly sendLimit?: number;
  /** How long a request waits for its answer, unless it says otherwise; 5,000. */
  readonly requestTimeout?: number;
  /** How long `close` waits for the peer to take what was sent; 3,000. */
  readonly closeTimeout?: number;
  /** After so long without traffic the system asks whether the peer is still there (TCP keep-alive); 10,000; 0: never. */
  readonly keepAlive?: number;
}
/** How `listen` listens. */
interface ListenOptions<T extends Telegram = Telegram> extends ConnectionOptions<T> {
  /** 0, or nothing: one that is free, of which `onNetReady` tells. */
  readonly port?: number | undefined;
  /** The address that it listens on; `127.0.0.1`: whoever shall be reached from elsewhere says so. */
  readonly host?: string | undefined;
  /** Of a Unix socket, in place of port and host. A socket that nobody listens on any more is taken over. */
  readonly path?: string | undefined;
  /** TLS, with what `tls.createServer` takes: `cert`, `key`; `ca`, `requestCert: true` to ask for certificates of clients. */
  readonly tls?: TlsOptions;
  /** Peers at once, those that shake hands included; one more is refused, and counted; 1,024. */
  readonly maxPeers?: number;
  /** Peers that the system keeps until they are accepted; 511. */
  readonly backlog?: number;
}
/** How a client comes back: as a Backoff says, and how often. */
interface Reconnect extends Backoff {
  /** Attempts in a row that fail before it gives up; Infinity. */
  readonly attempts: number;
}
/** How `connect` connects. */
interface ConnectOptions<T extends Telegram = Telegram> extends ConnectionOptions<T> {
  readonly port?: number | undefined;
  /** `127.0.0.1` unless it says otherwise. */
  readonly host?: string | undefined;
  /** Of a Unix socket, in place of port and host. */
  readonly path?: string | undefined;
  /** TLS: `true`, or what `tls.connect` takes: `ca`, `servername`; `cert`, `key` for a certificate of one's own. */
  readonly tls?: ConnectionOptions$1 | true;
  /** How long one attempt may take, its handshake included; 10,000. */
  readonly connectTimeout?: number;
  /**
   * How soon it tries again, and comes back when it was lost: after 100 ms, each time twice as long, 10 s at most, 20 % more or less, without end.
   * `false`: not at all.
   */
  readonly reconnect?: Partial<Reconnect> | false;
}
/** How a request knows its answer. */
interface RequestOptions<T extends Telegram = Telegram> {
  /** ms; what the connection's `requestTimeout` says. */
  readonly timeout?: number;
  /** Gives it up when it aborts; `this.signal`: with the call that asks. */
  readonly signal?: AbortSignal;
  /** Whether a telegram is the answer; what it throws fails the request. Without it answers come in the order of the requests, and the next telegram is that of the oldest. */
  readonly isAnswer?: (telegram: T) => boolean;
}
/** What a connection counts. */
interface Counting {
  /** Telegrams, answers to requests included. */
  received: number;
  sent: number;
  /** Telegrams that were longer than the limit. */
  overlong: number;
  /** Bytes that were part of no telegram. */
  garbage: number;
  /** Telegrams that came too late to be sent: the connection was gone, or closed here. */
  unsent: number;
  /** Telegrams that came too late to be handled: the connection had been closed here. */
  ignored: number;
  /** Answers to requests that had been given up (S13). */
  late: number;
}
/** 1: ready: it is bound, or tries to connect; 2: connected; 0: neither, and it will not be any more. */
type Level = 0 | 1 | 2;
/** What a server counts. */
interface ServerCounts {
  /** Peers that were connected. */
  readonly accepted: number;
  /** Peers that were one too many. */
  readonly refused: number;
  /** Peers with which the handshake of TLS has failed. */
  readonly failed: number;
}
/**
 * Listens for peers. Returns at once: `onNetReady(address, server)` tells that it listens, `onNetUp(conn, 2)` of each peer, `onNetError(server, error)`
 * that it cannot listen, or that a peer's handshake has failed. A Task without `onNetError` fails when it cannot listen (S31).
 *
 * @param task who gets what comes; the server, and all connections of its peers, end with it
 * @param options where to listen (`port` and `host`, or `path`), the `framing`, and what else ListenOptions has
 * @throws BadDefinition for options that are wrong; what Node throws for a certificate that cannot be read
 *
 * @example
 * class Echo extends NetTask<{ serverReady(address: Address): void }> {
 *   onStart() {
 *     listen(this, { framing: lines() })
 *   }
 *   onNetReady(address: Address) {
 *     this.notify.serverReady(address)
 *   }
 *   onNetReceived(conn: Connection<string>, line: string) {
 *     conn.send(line)
 *   }
 * }
 */
export declare function listen<T extends Telegram>(task: Receiver<NoInfer<T>>, options: ListenOptions<T>): Server<T>;
/** A port, or a Unix socket, on which a Task listens. */
export declare class Server<T extends Telegram = Telegram> {
  #private;
  private constructor();
  /** As the Task was told: 1 it listens; 0 it does not yet, or not any more. */
  get level(): Level;
  /** Where it listens; undefined while it does not. */
  get address(): Address | undefined;
  /**
   * Settles when it listens, with where; fails with what `onNetError` would be told. May be awaited in `onStart`: objects of higher levels then start when
   * it listens, and the start fails where it cannot.
   */
  get ready(): Future<Address>;
  /** The connections of its peers, as the Task was told: those that are up, and that it has not closed. */
  get connections(): Connection<T>[];
  get counts(): ServerCounts;
  /** Listens no more; its peers stay. `onNetDown(server, 1, reason)` tells of it. Again is harmless. */
  close(reason?: string): void;
  /** For logs and errors: the Task, and where it listens. */
  toString(): string;
}
/** How many telegrams and bytes a connection has seen, over all that its peer and it were connected. */
type ConnectionCounts = Readonly<Counting>;
/**
 * A connection over which telegrams go both ways. It belongs to the Task that has opened it, and to its thread: others ask the Task.
 *
 * `listen` gives one for each peer, by `onNetUp`; `connect` gives one that comes back by itself.
 */
export declare class Connection<T extends Telegram = Telegram> {
  #private;
  private constructor();
  /** One for each connection of this thread, growing. */
  get id(): number;
  /** As the Task was told: 2 connected, 1 trying to connect, 0 ended for good. */
  get level(): Level;
  /** Whether `send` sends: the Task was told that it is up, not that it is down, and has not closed it. */
  get isOpen(): boolean;
  /** Where the peer is; of a Unix socket its path. */
  get peer(): Address | undefined;
  /** The Server that has accepted it; undefined for a client's. */
  get server(): Server<T> | undefined;
  /** What it has counted until now. */
  get counts(): ConnectionCounts;
  /** The certificate of the peer, with TLS; undefined where it has shown none, or is not connected. */
  get certificate(): PeerCertificate | undefined;
  /**
   * Sends a telegram, behind those before it. Returns at once.
   *
   * @returns false where the peer is slow: `highWater` bytes or more wait for it. The telegram is sent all the same; stop, and go on when `drained()`
   *   settles. False, too, where the connection is gone, or was closed here: then it is not sent, and counted as `unsent`
   * @throws NotConnected before the first `onNetUp`; SendBufferFull when `sendLimit` bytes wait; BadDefinition for a telegram that the
   *   framing cannot carry
   */
  send(telegram: T): boolean;
  /**
   * Sends a telegram that is answered by one of the peer's. The answer does not come to `onNetReceived`. In a handler that awaits it no other
   * message is handled meanwhile (S4); what comes before the answer waits.
   *
   * @returns the answer; fails with FutureShock after `timeout`, or when the deadline of the call in hand has passed (S15), with ConnectionLost when the connection ends, with what `send` would throw
   *
   * @example
   * const answer = await conn.request('TEMP?', { timeout: 1_000, isAnswer: (telegram) => telegram.startsWith('TEMP=') })
   */
  request(telegram: T, options?: RequestOptions<T>): Future<T>;
  /** Settles when less than `highWater` bytes wait for the peer, at once where that is so; fails with ConnectionLost when it ends before. */
  drained(): Future<void>;
  /**
   * Ends the connection in order: what was sent goes to the peer, for up to `closeTimeout`; what comes is dropped. A client does not come back.
   * `onNetDown` tells when it is gone. Again is harmless.
   */
  close(reason?: string): void;
  /** Ends it at once; what has not left yet is lost. */
  abort(reason?: string): void;
  /** For logs and errors: the Task, the connection's id, the peer. */
  toString(): string;
}
export interface NetTask<Events = {}> {
  /** A server listens at `address`. */
  onNetReady?(address: Address, server: Server): unknown;
  /** Level 2: connected; of TLS, with hands shaken. From here on `conn.send` sends. */
  onNetUp?(conn: Connection, level: Level): unknown;
  /** Level 2: no longer connected. Level 1: a client does not come back, or a server listens no more (`conn` is the Server). */
  onNetDown?(conn: Connection | Server, level: Level, reason: string): unknown;
  /** A telegram that answers no request. */
  onNetReceived?(conn: Connection, telegram: Telegram): unknown;
  /** Nothing has come for `idleTimeout`: the place to ask the peer whether it is there, or to close. */
  onNetTimeout?(conn: Connection): unknown;
  /** An attempt to connect has failed, a socket has, a peer's stream cannot be read; or a server cannot listen, or shake hands. */
  onNetError?(conn: Connection | Server, error: Error): unknown;
}
/** A Task that has connections: see `listen` and `connect`. */
export declare abstract class NetTask<Events = {}> extends Task<Events> {
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetReady?(address: Address, server: Server): unknown;
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetUp?(conn: Connection, level: Level): unknown;
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetDown?(conn: Connection | Server, level: Level, reason: string): unknown;
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetReceived?(conn: Connection, telegram: Telegram): unknown;
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetTimeout?(conn: Connection): unknown;
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetError?(conn: Connection | Server, error: Error): unknown;
}
/**
 * What a State of a NetTask may declare: `class Up extends State<Device> implements NetHooks<string>`. Whoever says which telegrams there are narrows their
 * type, and that of `conn`: `onNetReceived(conn: Connection<string>, line: string)`.
 */
type NetHooks<T extends Telegram = Telegram> = Pick<NetTask, Exclude<NetHook, 'onNetReceived'>> & {
  onNetReceived?(conn: Connection<T>, telegram: T): unknown;
};
/** A NetTask whose `onNetReceived`, where it declares one itself, takes such telegrams. */
type Receiver<T extends Telegram> = NetTask & {
  onNetReceived?(conn: Connection<T>, telegram: T): unknown;
};
/**
 * Connects to a server, and again when that fails or the connection is lost. Returns at once: `onNetUp(conn, 2)` tells that it is connected,
 * `onNetDown(conn, 2, reason)` that it was lost, `onNetDown(conn, 1, reason)` that it does not come back; `onNetError` of each attempt that fails.
 *
 * @param task who gets what comes; the connection ends with it
 * @param options whom to connect to (`port` and `host`, or `path`), the `framing`, and what else ConnectOptions has
 * @throws BadDefinition for options that are wrong; what Node throws for a certificate that cannot be read
 *
 * @example
 * class Client extends NetTask {
 *   conn = connect(this, { port: 4711, framing: lines() })
 *   onNetUp(conn: Connection<string>) {
 *     conn.send('hello')
 *   }
 *   onNetReceived(conn: Connection<string>, line: string) {
 *     this.log.info({ line }, 'answered')
 *   }
 * }
 */
export declare function connect<T extends Telegram>(task: Receiver<NoInfer<T>>, options: ConnectOptions<T>): Connection<T>;
/**
 * No framing: each telegram is what was read at once, in pieces of at most the limit. Where the stream is cut is chance; a character of text is
 * never cut.
 *
 * @param options `encoding`: what telegrams are; bytes unless it says otherwise
 */
export declare function raw<E extends Encoding = 'bytes'>({ encoding }?: {
  readonly encoding?: E;
}): Framing<TelegramIn<E>>;
/**
 * Lines of text. Read are such with `\n` and with `\r\n`, whatever `ending` is, which is what is written; a `\r` before the end is no part of a line.
 *
 * @param options `ending`: what is written behind each, `\n` unless it says otherwise; `encoding`: utf8
 */
export declare function lines<E extends Encoding = 'utf8'>({ ending, encoding }?: {
  readonly ending?: '\n' | '\r\n';
  readonly encoding?: E;
}): Framing<TelegramIn<E>>;
/**
 * Telegrams that end with a text, or bytes, that none of them contains.
 *
 * @param options `end`: at least one byte; `encoding`: utf8
 */
export declare function delimited<E extends Encoding = 'utf8'>({ end, encoding }: {
  readonly end: string | Uint8Array;
  readonly encoding?: E;
}): Framing<TelegramIn<E>>;
/** The three bytes: characters, or their codes. */
interface Marks {
  readonly start: string | number;
  readonly end: string | number;
  readonly escape: string | number;
}
/**
 * Telegrams between a start and an end, with an escape.
 *
 * @param options `start`, `end`, `escape`: three different ASCII characters, or their codes; `encoding`: utf8 unless it says otherwise
 */
export declare function framed<E extends Encoding = 'utf8'>(options: Marks & {
  readonly encoding?: E;
}): Framing<TelegramIn<E>>;
/**
 * PyWorks' Ascii: `<telegram>`, with `\` before `<`, `>` and `\`.
 *
 * @param options `encoding`: utf8 unless it says otherwise
 */
export declare function ascii<E extends Encoding = 'utf8'>({ encoding }?: {
  readonly encoding?: E;
}): Framing<TelegramIn<E>>;
/**
 * STX, telegram, ETX, with ESC before each of the three: what many devices speak.
 *
 * @param options `encoding`: utf8 unless it says otherwise
 */
export declare function stxEtx<E extends Encoding = 'utf8'>({ encoding }?: {
  readonly encoding?: E;
}): Framing<TelegramIn<E>>;
interface LengthOptions<E extends Encoding> {
  /** How many bytes the length has; `varint`: seven bits in each, low ones first, up to 2^32 - 1 (as Protocol Buffers write it). 4 unless it says otherwise. */
  readonly length?: 1 | 2 | 4 | 'varint';
  /** Which byte of it comes first; `big`, the order of networks, unless it says otherwise. */
  readonly order?: 'big' | 'little';
  /** What telegrams are; bytes unless it says otherwise. */
  readonly encoding?: E;
}
/**
 * Each telegram behind its length in bytes, which does not count itself.
 *
 * What claims to be longer than the limit is passed over, without being kept. A varint that never ends breaks the stream: nobody knows where the next
 * telegram begins.
 */
export declare function lengthPrefixed<E extends Encoding = 'bytes'>(options?: LengthOptions<E>): Framing<TelegramIn<E>>;
export { type Address, type ConnectOptions, type ConnectionCounts, ConnectionLost, type ConnectionOptions, type Encoding, type Framing, type LengthOptions, type Level, type ListenOptions, type Marks, type NetHooks, NotConnected, type Output, type Receiver, type Reconnect, type RequestOptions, SendBufferFull, type ServerCounts, type Sink, type Telegram, type TelegramIn, type TelegramReader };