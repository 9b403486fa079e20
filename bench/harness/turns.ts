/** Who is measured when: A B C, A B C, …, so that what changes on the machine meanwhile strikes all alike. */
export function* turns<T>(
  rounds: number,
  contenders: readonly T[],
): Generator<{ readonly round: number; readonly contender: T }> {
  for (let round = 1; round <= rounds; round++) for (const contender of contenders) yield { round, contender }
}
