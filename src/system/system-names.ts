/**
 * The names of a system, as types: those of the definitions that it was started with, and those of the Registry.
 *
 * The former stand as `keyof Entries<T>`: an alias of their own would hide them in what the compiler says of a wrong name.
 */

import type { Registry } from '../core/registry.ts'
import type {
  EventsAt,
  EventsOf,
  FamilyKey,
  FamilyKeyOf,
  Listener,
  Name,
  RemoteAt,
  RemoteOf,
  RemoteOfMember,
  RemoteOfSpawned,
  UntypedRemote,
} from '../core/remote-type.ts'
import type { Entries } from './definitions.ts'

/* oxlint-disable typescript/no-redundant-type-constituents -- `keyof Registry` is `never` only while the Registry is empty */

/** The names that may be used: the system's own and those of the Registry; any where both are unknown. */
export type NameIn<T> = [keyof Entries<T>] extends [never]
  ? Name
  : (keyof Entries<T> & string) | (keyof Registry & string)
/** The keys of counted names. */
export type FamilyKeyIn<T> = [keyof Entries<T>] extends [never]
  ? FamilyKey
  : FamilyKeyOf<keyof Entries<T> | keyof Registry>

/** The Remote of a name, or of a definition. */
export type RemoteIn<T, W> = [W] extends [never]
  ? UntypedRemote
  : W extends keyof Entries<T>
    ? RemoteOf<Entries<T>[W]>
    : RemoteAt<W>
/** The Remote of each member of a family, by its key or its definition. */
export type MemberIn<T, W> = W extends string ? FamilyMemberIn<T, W, `${W}#${number}`> : RemoteAt<W>
type FamilyMemberIn<T, Key, Names> = Names extends keyof Entries<T> ? RemoteIn<T, Names> : RemoteOfMember<Key>
/** The Remote of what is made from a key or a definition. */
export type SpawnedIn<T, W> = W extends keyof Entries<T>
  ? RemoteIn<T, W>
  : W extends FamilyKeyIn<T>
    ? MemberIn<T, W>
    : RemoteOfSpawned<W>
/** The output methods of what a name, a definition or a Remote stands for. */
export type EventsIn<T, W> = W extends keyof Entries<T>
  ? Entries<T>[W] extends { readonly of: infer A }
    ? EventsOf<A>
    : {}
  : EventsAt<W>
/** What the main program must have to observe: any handlers where the output methods are not known. */
export type HandlersOf<Events> = [keyof Events] extends [never] ? AnyHandlers : Listener<Events>
interface AnyHandlers {
  // oxlint-disable-next-line typescript/no-explicit-any -- nothing is known of what is observed
  readonly [name: string]: (...args: any[]) => unknown
}
