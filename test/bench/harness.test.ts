import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chart } from '../../bench/harness/chart.ts'
import { figure } from '../../bench/harness/figure.ts'
import { BEST, verdict } from '../../bench/harness/goal.ts'
import { expectEqual, sumOfAdds } from '../../bench/harness/oracle.ts'
import { result, type Measured, type Outcome, type Row } from '../../bench/harness/result.ts'
import { selection } from '../../bench/harness/selection.ts'
import { summary } from '../../bench/harness/statistics.ts'
import { block } from '../../bench/harness/table.ts'
import { turns } from '../../bench/harness/turns.ts'
import type { Contender } from '../../bench/harness/contender.ts'
import type { Workload } from '../../bench/harness/workload.ts'
import { workloads } from '../../bench/workloads.ts'

const ours: Contender = { name: 'tsworks', role: 'tsworks' }
const fast: Contender = { name: 'fast', role: 'contender' }
const slow: Contender = { name: 'slow', role: 'contender' }
const raw: Contender = { name: 'raw', role: 'base line' }

const calls: Workload = {
  id: 'X1',
  title: 'calls',
  unit: 'calls/s',
  better: 'more',
  goals: [{ kind: 'ratio', atLeast: 2, than: BEST }],
  measurement: () => undefined,
}

describe('statistics of a benchmark', () => {
  it('are the median, in the middle or between the two there, and the ends', () => {
    assert.deepEqual(summary([3, 1, 2]), { median: 2, min: 1, max: 3 })
    assert.deepEqual(summary([10, 1, 3, 2]), { median: 2.5, min: 1, max: 10 })
    assert.deepEqual(summary([7]), { median: 7, min: 7, max: 7 })
    assert.throws(() => summary([]), RangeError)
  })

  it('show three digits of small figures and all of large ones', () => {
    assert.deepEqual([1_234_567.8, 123.45, 12.345, 0.012345, 0].map(figure), [
      '1,234,568',
      '123',
      '12.3',
      '0.0123',
      '0',
    ])
  })
})

describe('an oracle', () => {
  it('throws where what was found is not what was expected, and shows both in few words', () => {
    expectEqual('the list', [1, { two: 2 }], [1, { two: 2 }])
    assert.throws(
      () =>
        expectEqual(
          'the list',
          [1],
          Array.from({ length: 1_000 }, () => 7),
        ),
      {
        name: 'OracleFailed',
        message: 'the list: expected [ 7, 7, 7, ... 997 more items ], found [ 1 ]',
      },
    )
  })

  it('knows the sum of the answers', () => {
    assert.equal(sumOfAdds(3, 'hello'), 5 + 6 + 7)
  })
})

describe('turns', () => {
  it('take each contender once in each round', () => {
    const taken = [...turns(2, ['A', 'B', 'C'])].map(({ round, contender }) => `${round}${contender}`)
    assert.deepEqual(taken, ['1A', '1B', '1C', '2A', '2B', '2C'])
  })
})

describe('a selection', () => {
  const ids = (...args: string[]) => selection(args, workloads).workloads.map(({ id }) => id)

  it('is all, or what is named, both halves of it', () => {
    assert.equal(ids().length, workloads.length)
    assert.deepEqual(ids('B1', 'b9'), ['B1', 'B9a', 'B9b'])
    assert.deepEqual(ids('B10b'), ['B10b'])
  })

  it('says how many rounds, one if it is quick', () => {
    assert.equal(selection([], workloads).rounds, 5)
    assert.equal(selection(['--quick'], workloads).rounds, 1)
    assert.equal(selection(['--rounds=3', '--quick'], workloads).rounds, 3)
  })

  it('refuses what it does not know', () => {
    assert.throws(() => ids('B99'), /no workload B99: expected some of B1 B2 /)
    assert.throws(() => selection(['--rounds=0'], workloads), /--rounds=0: expected a whole number/)
  })
})

describe('a goal', () => {
  const rows = [
    row(ours, 300),
    row(slow, 100),
    row(fast, 200),
    row(raw, 1_000),
    row(ours, 20, 'late'),
    row(ours, 10, 'early'),
  ]

  it('that is a ratio compares with the best of those who are ranked', () => {
    const { found, than, met } = verdict({ kind: 'ratio', atLeast: 1.5, than: BEST }, rows, 'more')
    assert.deepEqual({ found, than, met }, { found: 1.5, than: 'fast', met: true })
    assert.equal(verdict({ kind: 'ratio', atLeast: 1.6, than: BEST }, rows, 'more').met, false)
  })

  it('knows that less may be better', () => {
    const { found, than, met } = verdict({ kind: 'ratio', atMost: 2, than: BEST }, rows, 'less')
    assert.deepEqual({ found, than, met }, { found: 3, than: 'slow', met: false })
  })

  it('compares with one by name', () => {
    assert.equal(verdict({ kind: 'ratio', atLeast: 0.5, than: 'raw' }, rows, 'more').found, 0.3)
  })

  it('compares with another variant of the other, where it says so', () => {
    const goal = { kind: 'ratio', atLeast: 1, variant: 'late', than: BEST, thanVariant: '' } as const
    assert.equal(verdict(goal, rows, 'more').found, 0.1)
  })

  it('that is a limit is about the figure itself', () => {
    assert.equal(verdict({ kind: 'limit', atMost: 300 }, rows, 'less').met, true)
    assert.equal(verdict({ kind: 'limit', atMost: 299 }, rows, 'less').met, false)
  })

  it('that is growth compares the highest cost with the first', () => {
    const goal = { kind: 'growth', variants: ['early', 'late'], atMost: 1.5 } as const
    assert.deepEqual(verdict(goal, rows, 'less').found, 2)
    assert.equal(verdict({ ...goal, variants: ['late', 'early'] }, rows, 'less').met, true)
  })

  it('is neither met nor missed where a figure is missing', () => {
    assert.deepEqual(verdict({ kind: 'ratio', atLeast: 1, than: 'nobody' }, rows, 'more').met, undefined)
    assert.deepEqual(verdict({ kind: 'growth', variants: ['early', 'never'], atMost: 1 }, rows, 'less').met, undefined)
  })
})

describe('a result', () => {
  it('has the median of each contender in each variant', () => {
    const { rows, verdicts } = result(calls, [
      figureOf(ours, 1, 30),
      figureOf(fast, 1, 10),
      figureOf(ours, 2, 50),
      figureOf(fast, 2, 10),
    ])
    assert.deepEqual(
      rows.map(({ contender, median }) => [contender, median]),
      [
        ['tsworks', 40],
        ['fast', 10],
      ],
    )
    assert.equal(verdicts[0]?.found, 4)
  })

  it('has no figure of a contender whose oracle has failed once, and says why', () => {
    const { rows, failures, verdicts } = result(calls, [
      figureOf(ours, 1, 30),
      figureOf(fast, 1, 10),
      figureOf(ours, 2, 30),
      measured(fast, 2, { kind: 'failed', why: 'the sum: expected 1, found 2' }),
    ])
    assert.deepEqual(
      rows.map(({ contender }) => contender),
      ['tsworks'],
    )
    assert.deepEqual(failures, [{ contender: 'fast', round: 2, why: 'the sum: expected 1, found 2' }])
    assert.equal(verdicts[0]?.met, undefined)
  })

  it('says nothing about goals where all was quick', () => {
    assert.deepEqual(result(calls, [figureOf(ours, 1, 30), figureOf(fast, 1, 10)], true).verdicts, [])
  })
})

describe('the table', () => {
  it('shows figures, spread, ratio, failures and goals', () => {
    const shown = block({
      ...result(calls, [figureOf(ours, 1, 3_000), figureOf(raw, 1, 6_000), figureOf(fast, 1, 1_000)]),
      failures: [{ contender: 'slow', round: 1, why: 'the sum: expected 1, found 2' }],
      notes: ['A note.'],
    })
    assert.equal(
      shown,
      [
        'X1  calls',
        '    calls/s, more is better; 1 round',
        '                     median      min … max  tsworks ÷ it',
        '    tsworks           3,000  3,000 … 3,000',
        '    raw (base line)   6,000  6,000 … 6,000         0.5 ×',
        '    fast              1,000  1,000 … 1,000           3 ×',
        '    ✖ slow has no figure: round 1: the sum: expected 1, found 2',
        '    ✔ goal ≥ 2 × the best contender (fast): 3, met',
        '    A note.',
        '',
      ].join('\n'),
    )
  })
})

describe('the table of several variants', () => {
  const outcome = (figures: Record<string, number>): Outcome => ({ kind: 'measured', figures })
  const lines = (...all: readonly Measured[]) => block(result({ ...calls, goals: [] }, all)).split('\n')

  it('keeps those together who have figures of the same one', () => {
    const shown = lines(
      measured(ours, 1, outcome({ few: 10, many: 20 })),
      measured(raw, 1, outcome({ few: 5, many: 40 })),
    )
    assert.deepEqual(
      shown.slice(3, -1).map((line) => line.trimEnd().slice(0, 23).trimEnd()),
      ['    few', '      tsworks', '      raw (base line)', '    many', '      tsworks', '      raw (base line)'],
    )
  })

  it('has one line for each where there is but one contender', () => {
    assert.match(lines(measured(ours, 1, outcome({ few: 10, many: 20 })))[3]!, /^ {4}tsworks, few +10 +10 … 10$/)
  })
})

describe('the picture', () => {
  it('has a bar for each figure, the longer the higher it is, and escapes what it says', () => {
    const svg = chart([{ ...result(calls, [figureOf(ours, 1, 1_000), figureOf(raw, 1, 10)]), title: 'a < b' }], 'now')
    const [higher, lower] = [...svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    )
    assert.ok(lower! > 0 && higher! > lower!, svg)
    assert.match(svg, /a &lt; b/)
    assert.match(svg, /^<svg .*<\/svg>\n$/s)
  })

  it('is there when nobody has a figure', () => {
    assert.doesNotMatch(chart([result(calls, [])], 'now'), /NaN|Infinity/)
  })
})

function row({ name, role }: Contender, median: number, variant = ''): Row {
  return { contender: name, role, variant, samples: [median], median, min: median, max: median }
}

function measured(contender: Contender, round: number, outcome: Outcome): Measured {
  return { contender, round, outcome }
}

function figureOf(contender: Contender, round: number, value: number): Measured {
  return measured(contender, round, { kind: 'measured', figures: { '': value } })
}
