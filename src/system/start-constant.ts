/**
 * The mistake that every newcomer makes once: a class that uses the constant which start() gave.
 *
 *   const system = await start(import.meta.url, { a: task(A) })      never returns in a thread, so there `system` is never set, and
 *   class A extends Task { f() { return system.actor('b').g() } }    JavaScript says "Cannot access 'system' before initialization"
 */

const UNSET = /^Cannot access '(.+)' before initialization$/

/** Adds to such an error, in place, what it means in a thread; `module`: the file that waits in start(). */
export function explainStartConstant(error: unknown, module: string): void {
  if (!(error instanceof ReferenceError)) return
  const name = UNSET.exec(error.message)?.[1]
  // Elsewhere it is a mistake of another kind.
  if (name === undefined || firstFrame(error)?.includes(module) !== true) return
  const { message } = error
  error.message =
    `${message}: ${name} is given by start(), or stands below it, and in a thread start() does not return. Inside an object, reach others ` +
    "by this.actor('name') in place of system.actor('name'), make them by this.spawn(), end it by this.stop()"
  error.stack = error.stack!.replace(message, () => error.message)
}

function firstFrame({ stack }: Error): string | undefined {
  return stack?.split('\n').find((line) => line.startsWith('    at '))
}
