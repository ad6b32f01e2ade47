/** The rows of a report in the order that somebody asked for. */
import type { Metric, ReportRow } from '../../figures';

/** By one figure, the largest first, or the smallest; what is unknown comes last. */
export function sorted(rows: readonly ReportRow[], metric: Metric, order: 'falling' | 'rising'): ReportRow[] {
  const sign = order === 'falling' ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [mine, theirs] = [one.figures[metric] ?? null, other.figures[metric] ?? null];
    if (mine === null || theirs === null) return Number(mine === null) - Number(theirs === null);
    return sign * (mine - theirs);
  });
}
