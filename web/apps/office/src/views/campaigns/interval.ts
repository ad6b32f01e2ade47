/** Where an interval stands on a line that always shows nought. Units: of 1,000 of the line. */
export interface Line {
  zero: number;
  low: number;
  high: number;
  at: number;
}

const LENGTH = 1_000;
const MARGIN = 0.08;

/** Null where the interval has no end on one side: then there is nothing to draw. */
export function lineOf(low: number, high: number, at: number): Line | null {
  if (![low, high, at].every(Number.isFinite)) return null;
  const [least, most] = [Math.min(low, 0), Math.max(high, 0)];
  const width = most - least || 1;
  const begin = least - width * MARGIN;
  const whole = width * (1 + 2 * MARGIN);
  const place = (value: number) => Math.round(((value - begin) * LENGTH) / whole);
  return { zero: place(0), low: place(low), high: place(high), at: place(at) };
}
