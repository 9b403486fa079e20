/** What becomes of a wish to spawn: the plan of a new object, which has no place yet; or why there can be none. */

import { checkedName } from '../core/address.ts'
import { ActorDead, BadDefinition } from '../core/errors.ts'
import { nearNames } from '../core/near-names.ts'
import { MAIN_PLACE, type DefinitionPlan, type ObjectPlan, type SpawnWish } from '../wire/kernel-protocol.ts'
import type { Roster } from './roster.ts'

export function planOf(
  { key, pid, parent, args, name: given }: SpawnWish,
  how: {
    readonly roster: Roster
    readonly definitions: ReadonlyMap<string, DefinitionPlan>
    readonly isStopping: boolean
  },
): ObjectPlan {
  const { roster, definitions, isStopping } = how
  const name = given ?? `${key}:${pid}`
  if (given !== undefined) checkedName(given, `spawn(${key}, { name })`)
  const definition = definitions.get(key)
  if (definition === undefined) {
    const near = nearNames(key, definitions.keys())
    throw new BadDefinition(
      `spawn: expected the key of a definition that this system has, found ${JSON.stringify(key)}` +
        (near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`),
    )
  }
  const before = roster.named(name)
  if (before !== undefined)
    throw new BadDefinition(
      `spawn(${key}): the name ${name} is taken by an object of ${before.plan.module} (pid ${before.plan.pid}); names are unique`,
    )
  if (isStopping) throw new ActorDead(name, 'the system is stopping; it was not spawned', { executed: 'no' })
  const parentRecord = roster.get(parent)
  if (parent !== 0 && (parentRecord === undefined || parentRecord.life === 'ending'))
    throw new ActorDead(name, 'its parent has ended; it was not spawned', { executed: 'no' })
  const { module, level, failure } = definition
  const [index, incarnation, place, bound] = [0, 0, MAIN_PLACE, undefined]
  return { name, pid, index, level, module, key, parent, args, failure, incarnation, place, bound }
}
