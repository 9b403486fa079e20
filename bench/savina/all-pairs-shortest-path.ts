/**
 * All-Pairs Shortest Path: each object has a block of the matrix of distances, and needs those of its row and column in each of 300 rounds. What
 * it costs to tell many the same 10 KB.
 */

import assert from 'node:assert/strict'
import { Actor, actor, Future, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'
import { PseudoRandom } from './pseudo-random.ts'

const MOST_WEIGHT = 100

/** The distance from each node to each other one: `nodes` rows of as many. */
type Matrix = Int32Array<ArrayBuffer>

class Block extends Actor {
  readonly #blocks = this.actors('block') as Remote<Block>[]
  readonly #across = Math.sqrt(this.#blocks.length)
  readonly #row = Math.floor(this.index / this.#across)
  readonly #column = this.index % this.#across
  readonly #neighbours = this.#blocks.filter(
    (_, n) => n !== this.index && (Math.floor(n / this.#across) === this.#row || n % this.#across === this.#column),
  )
  readonly #solved = new Future<Matrix>()
  /** By round, and then by block: some neighbours are a round ahead of others. */
  readonly #received = new Map<number, Map<number, Matrix>>()
  readonly #size: number
  #distances: Matrix | undefined
  /** The node by way of which paths are looked for next. */
  #round = 0

  constructor(size: number) {
    super()
    this.#size = size
  }
  solve(distances: Matrix): Future<Matrix> {
    this.#distances = distances
    this.#tellNeighbours()
    this.#goOn()
    return this.#solved
  }
  /** What another block was before that round. */
  distances(round: number, block: number, distances: Matrix): void {
    let received = this.#received.get(round)
    if (received === undefined) this.#received.set(round, (received = new Map()))
    received.set(block, distances)
    this.#goOn()
  }

  #goOn(): void {
    const rounds = this.#across * this.#size
    while (this.#distances !== undefined && this.#received.get(this.#round)?.size === this.#neighbours.length) {
      const received = this.#received.get(this.#round)!
      this.#received.delete(this.#round)
      this.#distances = this.#shortened(this.#distances, received.set(this.index, this.#distances))
      this.#round++
      if (this.#round === rounds) this.#solved.set(this.#distances)
      else this.#tellNeighbours()
    }
  }

  /** Paths by way of the node of this round, where they are shorter. */
  #shortened(before: Matrix, blocks: ReadonlyMap<number, Matrix>): Matrix {
    const size = this.#size
    const at = Math.floor(this.#round / size)
    const line = this.#round % size
    const fromMine = blocks.get(this.#row * this.#across + at)!
    const toMine = blocks.get(at * this.#across + this.#column)!
    const after = new Int32Array(size * size)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        after[i * size + j] = Math.min(before[i * size + j]!, fromMine[i * size + line]! + toMine[line * size + j]!)
    return after
  }

  #tellNeighbours(): void {
    for (const neighbour of this.#neighbours) tell(neighbour).distances(this.#round, this.index, this.#distances!)
  }
}

function graph(nodes: number): Matrix {
  const random = new PseudoRandom(nodes)
  const distances = new Int32Array(nodes * nodes)
  for (let i = 0; i < nodes; i++)
    for (let j = i + 1; j < nodes; j++)
      distances[i * nodes + j] = distances[j * nodes + i] = random.below(MOST_WEIGHT) + 1
  return distances
}

/** The oracle: the same in three loops. */
function shortestPaths(graphDistances: Matrix, nodes: number): Matrix {
  const distances = graphDistances.slice()
  for (let k = 0; k < nodes; k++)
    for (let i = 0; i < nodes; i++)
      for (let j = 0; j < nodes; j++)
        distances[i * nodes + j] = Math.min(
          distances[i * nodes + j]!,
          distances[i * nodes + k]! + distances[k * nodes + j]!,
        )
  return distances
}

function blockOf(
  matrix: Matrix,
  nodes: number,
  { index, size }: { readonly index: number; readonly size: number },
): Matrix {
  const across = nodes / size
  const first = Math.floor(index / across) * size * nodes + (index % across) * size
  return Int32Array.from({ length: size * size }, (_, n) => matrix[first + Math.floor(n / size) * nodes + (n % size)]!)
}

export const allPairsShortestPath = benchmark({
  name: 'All-Pairs Shortest Path',
  url: import.meta.url,
  sizes: { full: { nodes: 300, blocksOf: 50 }, quick: { nodes: 100, blocksOf: 20 }, tiny: { nodes: 12, blocksOf: 6 } },
  own: { nodes: 250 },
  define: (thread, { nodes, blocksOf }) => ({
    block: actor(Block, { thread, count: (nodes / blocksOf) ** 2, args: [blocksOf] }),
  }),
  async run(system, { nodes, blocksOf: size }) {
    const distances = graph(nodes)
    const blocks = system.actors('block')
    const solved = await Promise.all(
      blocks.map((block, index) => block.solve(blockOf(distances, nodes, { index, size }))),
    )
    const expected = shortestPaths(distances, nodes)
    assert.deepEqual(
      solved,
      blocks.map((_, index) => blockOf(expected, nodes, { index, size })),
    )
  },
})
if (import.meta.main) await measure(allPairsShortestPath)
