/** Making plain objects of keys and values that come from elsewhere. */

/** Names that each object has already: to assign them could do something else (`__proto__`), or be forbidden. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype))

/** No key that is shorter than all of them is one of them, and most keys are. */
const SHORTEST = Math.min(...[...INHERITED].map((name) => name.length))

export function isInherited(key: string): boolean {
  return key.length >= SHORTEST && INHERITED.has(key)
}

/** Gives an object an own property, whatever its key. */
export function setProperty(object: object, key: string, value: unknown): void {
  if (INHERITED.has(key))
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  else (object as Record<string, unknown>)[key] = value
}

/**
 * An empty object for many keys, which V8 stores as a dictionary from the start. In the end it makes one of any object with many keys,
 * but of `{}` only after it has made a hidden class for each key. It has no prototype yet, so any key can be assigned.
 */
export function emptyDictionary(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>
}
