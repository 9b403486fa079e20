import { WireError } from './wire-error.ts'

/** Things that travel by reference (Remotes, Futures, functions): how they become plain values and objects again. */
export interface References {
  /**
   * The plain reference for an object that travels by reference, made of primitives and arrays; undefined for any other object.
   *
   * Asked for functions and for objects of no built-in class, before any of their properties is looked at; never for a JavaScript
   * Proxy. What it throws is thrown to the sender as it is.
   */
  write(object: object): unknown
  /**
   * The object for a reference; `passesOn`: for somebody else, to be written again. What it throws, if no TsworksError, becomes the cause of a
   * WireError.
   */
  read(reference: unknown, passesOn: boolean): object
}

/** For values that hold nothing that travels by reference. */
export const NO_REFERENCES: References = {
  write: () => undefined,
  read() {
    throw new WireError('a message refers to something, where nothing travels by reference')
  },
}
