/** A loader that says when it is at work: modules and files are read in real time, for which a simulation waits. */

import type { AnyClass } from '../core/traits.ts'
import type { Loader } from '../threads/commands.ts'

export function watchedLoader(loader: Loader, loading: <T>(work: Promise<T>, what: string) => Promise<T>): Loader {
  return {
    load: (plan): Promise<{ readonly userClass: AnyClass; readonly args: readonly unknown[] }> =>
      loading(loader.load(plan), `the module of ${plan.name}`),
    configure: (cell, plan) => loading(loader.configure(cell, plan), `the configuration of ${plan.name}`),
  }
}
