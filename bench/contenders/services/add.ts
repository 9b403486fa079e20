/** What is called in the other thread, by all contenders. */
export function add(n: number, text: string): number {
  return n + text.length
}
