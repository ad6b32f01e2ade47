/** The cash side of a bill: what is asked for, and the notes a guest is likely to hand over. */

export type RoundingMode = 'down' | 'half_up' | 'up';

export interface CashRounding {
  step_minor: number;
  mode: RoundingMode;
}

/** The cash that is asked for a rest: 12.38 in steps of 0.10, downwards, is 12.30. */
export function roundedCash(rest: number, rounding: CashRounding): number {
  const over = rest % rounding.step_minor;
  if (over === 0 || rest <= 0) return rest;
  const below = rest - over;
  if (rounding.mode === 'down') return below;
  if (rounding.mode === 'up') return below + rounding.step_minor;
  return 2 * over >= rounding.step_minor ? below + rounding.step_minor : below;
}

/** Exact sum first, then the sums made of few notes that cover it: 56 → 56, 60, 100. */
export function quickAmounts(due: number, minorPerWhole: number, count = 4): number[] {
  const amounts = [due];
  for (const step of [5, 10, 20, 50, 100, 200, 500, 1000]) {
    const unit = step * minorPerWhole;
    const amount = Math.ceil(due / unit) * unit;
    if (amount > due && !amounts.includes(amount)) amounts.push(amount);
  }
  return amounts.sort((one, other) => one - other).slice(0, count);
}
