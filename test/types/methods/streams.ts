// Streams (S6): what the caller of a method gets that gives one, and what it may pass.

import type { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { type Remote, Task } from 'tsworks'

class Library extends Task {
  async *lines(count: number): AsyncGenerator<string, number> {
    for (let n = 0; n < count; n++) yield String(n)
    return count
  }
  bytes(): ReadableStream<Uint8Array> {
    throw new Error('only its type')
  }
  async both(): Promise<{ readonly rows: AsyncIterable<number>; readonly name: string }> {
    throw new Error('only its type')
  }
  anything(): unknown {
    return 1
  }
  async count(lines: AsyncIterable<string>): Promise<number> {
    let count = 0
    for await (const _ of lines) count++
    return count
  }
  pour(from: Readable): void {
    from.destroy()
  }
}

export async function use(library: Remote<Library>): Promise<void> {
  for await (const line of library.lines(3)) {
    const text: string = line
    // @ts-expect-error Type 'string' is not assignable to type 'number'
    const wrong: number = line
    console.log(text, wrong)
  }
  const stream: AsyncGenerator<string, number> = await library.lines(3)
  const last = await stream.next()
  if (last.done === true) last.value.toFixed()
  for await (const chunk of library.bytes()) chunk.byteLength.toFixed()
  const { rows } = await library.both()
  for await (const row of rows) row.toFixed()
  // @ts-expect-error Type 'Future<{ readonly rows: AsyncIterable<number>
  for await (const one of library.both()) console.log(one)
  // @ts-expect-error Type 'Future<unknown>' must have a '[Symbol.asyncIterator]()' method
  for await (const one of library.anything()) console.log(one)
  await library.count(stream)
  await library.count(await library.lines(3))
  // @ts-expect-error Argument of type 'AsyncIterable<number>' is not assignable
  await library.count(rows)
  // @ts-expect-error Property '[Symbol.asyncIterator]' is missing in type 'string[]'
  await library.count(['a'])
}
