/** How many were in over time: the server tells the days on which somebody came or went. */
import { daysBetween } from '../../days';

export interface DaySize {
  day: string;
  size: number;
  entered: number;
  left: number;
}

/** How many more, or fewer, than at the beginning of these days. */
export function changeOver(rows: readonly DaySize[]): number {
  return rows.reduce((sum, row) => sum + row.entered - row.left, 0);
}

export interface Step {
  x: number;
  size: number;
}

/** The size as steps over the last days: `x` from 0, the oldest day, to 1, today. */
export function stepsOf(rows: readonly DaySize[], now: { day: string; size: number }, days: number): Step[] {
  const first = rows[0];
  const before = first ? first.size - first.entered + first.left : now.size;
  const steps: Step[] = [{ x: 0, size: before }];
  for (const row of rows) {
    const ago = daysBetween(row.day, now.day) - 1;
    const x = Math.min(1, Math.max(0, 1 - ago / days));
    steps.push({ x, size: row.size });
  }
  steps.push({ x: 1, size: now.size });
  return steps;
}

/** The line through the steps, in a field so wide and so high. */
export function lineOf(steps: readonly Step[], width: number, height: number): string {
  const top = Math.max(1, ...steps.map((step) => step.size));
  const points: string[] = [];
  for (const [at, step] of steps.entries()) {
    const x = (step.x * width).toFixed(1);
    const before = steps[at - 1];
    if (before) points.push(`L${x},${(height - (before.size / top) * height).toFixed(1)}`);
    points.push(`${before ? 'L' : 'M'}${x},${(height - (step.size / top) * height).toFixed(1)}`);
  }
  return points.join('');
}
