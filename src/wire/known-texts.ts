/**
 * The texts that were read before, by their bytes: the keys of objects come again and again, and a string that is already known as
 * a key makes the object much faster than a new one of the same characters.
 *
 * A text stands at the place that its hash gives it, until another one with that place comes.
 */

const TEXTS = 4096

/** Longer ones are not kept. */
const MOST_CHARS = 32

const texts: (string | undefined)[] = Array.from({ length: TEXTS })

/** The text of `length` chars of one byte at `at`. */
export function knownText(bytes: Buffer, at: number, length: number): string {
  if (length > MOST_CHARS) return bytes.toString('latin1', at, at + length)
  let hash = length
  for (let i = at; i < at + length; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
  const place = hash & (TEXTS - 1)
  const text = texts[place]
  if (text?.length === length && isAt(bytes, at, text)) return text
  return (texts[place] = bytes.toString('latin1', at, at + length))
}

function isAt(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false
  return true
}
