/** Names in a line of text: the first ones, and how many more there are. Pure; used wherever a program may have very many of them. */

/** Names that one line shows. */
const MOST_NAMES = 5

/**
 * Names, cut where there are many.
 *
 * @example
 * listed(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
 * // => 'a, b, c, d, e and 2 more'
 */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ')
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown
}
