/** Errors on their way to and from the kernel: as the codec writes them, so that class, fields and cause survive. */

import { NotCloneable } from '../core/errors.ts'
import { decode, encode, type References } from '../wire/codec.ts'
import type { ErrorBytes } from '../wire/kernel-protocol.ts'

/** For values in which nothing travels by reference. */
export const NO_REFERENCES: References = {
  write: () => undefined,
  read: () => {
    throw new TypeError('a reference where none may be')
  },
}

export function errorToBytes(error: unknown): ErrorBytes {
  try {
    return encode(error, NO_REFERENCES, 'error').bytes
  } catch {
    // Only a thrown value that is no Error can fail to travel; what it says still does.
    return encode(new Error(String(error)), NO_REFERENCES, 'error').bytes
  }
}

/** `passesOn`: it goes to another thread, and arrives there as if it had come at once. */
export function errorFromBytes(bytes: ErrorBytes, how: { readonly passesOn?: boolean } = {}): unknown {
  try {
    return decode({ bytes, attachments: [] }, NO_REFERENCES, { ...how, path: 'error' })
  } catch (error) {
    // What was thrown is an instance of the user's that could not be made again: then that is the error.
    if (error instanceof NotCloneable) return error
    throw error
  }
}
