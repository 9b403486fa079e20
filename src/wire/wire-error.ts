import { TsworksError } from '../core/errors.ts'

const made = new WeakSet<object>()

/** Bytes that are no message of ours: cut short, damaged, or written by another version. */
export class WireError extends TsworksError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, { code: 'WIRE_ERROR', ...options })
    made.add(this)
  }
  /** Whether it is one that was made in this thread. Asks no prototype: what user's code has thrown may have traps. */
  static is(error: unknown): error is WireError {
    return typeof error === 'object' && error !== null && made.has(error)
  }
  static {
    // On the prototype, so that it is not an own field that travels and prints with each error.
    Object.defineProperty(this.prototype, 'name', { value: 'WireError', configurable: true, writable: true })
  }
}
