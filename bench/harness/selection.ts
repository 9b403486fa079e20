import { parseArgs } from 'node:util'
import type { Workload } from './workload.ts'

/** What `npm run bench -- …` was asked for. */
export interface Selection {
  readonly workloads: readonly Workload[]
  readonly rounds: number
  readonly quick: boolean
}

/** `B1 B5 --rounds=3 --quick`; `B9` means B9a and B9b. Throws for what it does not know. */
export function selection(args: readonly string[], all: readonly Workload[]): Selection {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false } },
  })
  for (const id of positionals)
    if (!all.some((workload) => isMeant(workload, id)))
      throw new Error(`no workload ${id}: expected some of ${all.map((one) => one.id).join(' ')}`)
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5))
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    throw new Error(`--rounds=${values.rounds}: expected a whole number from 1`)
  const isWanted = (workload: Workload): boolean =>
    positionals.length === 0 || positionals.some((id) => isMeant(workload, id))
  return { workloads: all.filter(isWanted), rounds, quick: values.quick }
}

function isMeant({ id }: Workload, given: string): boolean {
  const wanted = given.toUpperCase()
  return id.toUpperCase().replace(/[A-Z]$/, '') === wanted || id.toUpperCase() === wanted
}
