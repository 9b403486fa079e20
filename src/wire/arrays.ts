/**
 * Which arrays are more than their elements.
 *
 *   dense       every index below its length, and nothing else       nearly all
 *   odd         holes, or names beside the indices, such as the `index` and `groups` of a match
 */

/** Longer ones are counted by way of their values, which is faster, but reads an element that is a getter once more. */
const FEW = 16

const { includes } = Array.prototype

/** Whether an array has an element at each index below `length`, which it gave for its own, and no names. */
export function isDense(array: readonly unknown[], length: number): boolean {
  if (length > FEW) return hasCount(array, length) && !hasHole(array, length)
  // Indices come first, in order: if the last one of `length` keys is the last index, there is no place for a name.
  const keys = Object.keys(array)
  return keys.length === length && (length === 0 || keys[length - 1] === String(length - 1))
}

function hasCount(array: readonly unknown[], count: number): boolean {
  try {
    return Object.values(array).length === count
  } catch {
    // Whoever reads the elements one by one will see which one throws.
    return false
  }
}

/** Whether an array that has as many elements and names as its length says has a name for each hole. */
function hasHole(array: readonly unknown[], length: number): boolean {
  // A hole reads as undefined.
  if (!includes.call(array, undefined)) return false
  for (let i = 0; i < length; i++) if (array[i] === undefined && !Object.hasOwn(array, i)) return true
  return false
}

/** Whether a dense array is long, has only numbers, and most probably not only integers, which are shorter one by one. */
export function isFloats(array: readonly unknown[], length: number): array is readonly number[] {
  if (length <= FEW || (Number.isInteger(array[length - 1]) && Number.isInteger(array[length >> 1]))) return false
  for (let i = 0; i < length; i++) if (typeof array[i] !== 'number') return false
  return true
}

/** What an odd array has: indices below `length`, and names. */
export interface OddKeys {
  readonly length: number
  readonly indices: readonly number[]
  readonly names: readonly string[]
}

export function oddKeys(array: readonly unknown[]): OddKeys {
  const keys = Object.keys(array)
  // These hold for every array; but a JavaScript Proxy of one may say what it likes.
  const length = array.length >>> 0
  const indices = keys.filter((key) => isIndex(key) && Number(key) < length).map(Number)
  return { length, indices, names: keys.filter((key) => !isIndex(key)) }
}

/** Gives an array a length without making memory for its holes, whose number came from outside. */
export function stretch(array: unknown[], length: number): void {
  if (length === 0) return
  array[length - 1] = undefined
  Reflect.deleteProperty(array, length - 1)
}

function isIndex(key: string): boolean {
  const index = Number(key) >>> 0
  return String(index) === key && index !== 0xffff_ffff
}
