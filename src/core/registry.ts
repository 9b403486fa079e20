/**
 * The names of a program and what stands behind them. Empty here: programs add to it, and names become typed.
 *
 * @example
 * declare module 'tsworks' {
 *   interface Registry extends Entries<typeof example> {}
 * }
 */
export interface Registry {}
