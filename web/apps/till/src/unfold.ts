/**
 * A line of a quote taken apart: from the list price through each effect to what a unit costs.
 *
 *     Two teas of 18.00, the second at half price: 1 × 18.00, and 1 × 18.00 − 9.00 = 9.00.
 */
import type { Adjustment, QuotedLine } from '@regulars/api';

export interface Effect {
  from: Adjustment;
  /** Off each unit of the group. Units: minor units. */
  amount: number;
}

/** Units of a line that cost the same for the same reasons. Units: minor units each. */
export interface UnitGroup {
  count: number;
  list: number;
  effects: Effect[];
  net: number;
}

export function unfold(
  line: Pick<QuotedLine, 'position' | 'units'>,
  adjustments: readonly Adjustment[],
): UnitGroup[] {
  const own = adjustments.filter((one) => one.position === line.position);
  const groups = new Map<string, UnitGroup>();
  line.units.forEach((unit, at) => {
    const effects = own.flatMap((from) => {
      const amount = from.units[at] ?? 0;
      return amount === 0 ? [] : [{ from, amount }];
    });
    const told = effects.map((one) => `${one.from.number}:${one.amount}`);
    const key = [unit.list_minor, unit.net_minor, ...told].join(' ');
    const known = groups.get(key);
    if (known) known.count += 1;
    else groups.set(key, { count: 1, list: unit.list_minor, effects, net: unit.net_minor });
  });
  return [...groups.values()];
}
