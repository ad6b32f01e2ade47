/** The notes and coins that a guest is likely to hand over. */

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
