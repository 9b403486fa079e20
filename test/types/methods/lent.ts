// Functions as arguments (S6): what the caller may pass, and what the method gets.

import { keep, type Kept, type Lent, type Remote, Task } from 'tsworks'

class Worker extends Task {
  readonly #listeners: Kept<Lent<(news: string) => void>>[] = []

  async map(list: readonly number[], each: Lent<(item: number) => number>): Promise<number[]> {
    const results: number[] = []
    for (const item of list) results.push(await each(item))
    // @ts-expect-error Type 'number | PromiseLike<number>' is not assignable to type 'number'
    const now: number = each(1)
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
    void each('a')
    return [...results, now]
  }

  subscribe(listener: Lent<(news: string) => void>): void {
    const kept = keep(listener)
    this.#listeners.push(kept)
    void kept('first')
    kept[Symbol.dispose]()
    // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string'
    void kept(1)
    // @ts-expect-error can't be used to index type 'Lent<
    listener[Symbol.dispose]()
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type
    keep('nothing')
  }

  follow(subscriber: { readonly next?: Lent<(news: string) => void> }): void {
    // @ts-expect-error Cannot invoke an object which is possibly 'undefined'
    void subscriber.next('a')
    // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string'
    void subscriber.next?.(1)
    void subscriber.next?.('a')
  }

  halted(signal: AbortSignal): boolean {
    return signal.aborted
  }
}

export async function use(worker: Remote<Worker>): Promise<number> {
  const direct: number[] = await worker.map([1, 2], (item) => item * 2)
  const later: number[] = await worker.map([1, 2], async (item) => item * 2)
  // @ts-expect-error Type 'string' is not assignable to type 'number | PromiseLike<number>'
  await worker.map([1, 2], (item) => `${item}`)
  // @ts-expect-error Type 'Promise<string>' is not assignable to type 'number | PromiseLike<number>'
  await worker.map([1, 2], async (item) => `${item}`)
  await worker.subscribe((news) => console.log(news.length))
  await worker.subscribe(async (news) => console.log(news.length))
  await worker.follow({})
  await worker.follow({ next: (news) => console.log(news.length) })
  // @ts-expect-error Type 'string' is not assignable to type
  await worker.follow({ next: 'nothing' })
  await worker.halted(new AbortController().signal)
  return direct.length + later.length
}
