import { TsworksError } from '../core/errors.ts'

/** Bytes that are no message of ours: cut short, damaged, or written by another version. */
export class WireError extends TsworksError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, { code: 'WIRE_ERROR', ...options })
  }
  static {
    // On the prototype, so that it is not an own field that travels and prints with each error.
    Object.defineProperty(this.prototype, 'name', { value: 'WireError', configurable: true, writable: true })
  }
}
