/** Which objects are AbortSignals that may be lent: real ones, without anything of their own, which would be lost. */

const abortedOf = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')!.get!

export function isSignal(object: object): object is AbortSignal {
  if (!(object instanceof AbortSignal)) return false
  try {
    abortedOf.call(object)
  } catch {
    return false
  }
  return Object.keys(object).length === 0
}
