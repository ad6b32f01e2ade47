/** Offers and coupons that took nothing, sorted by what a cashier can do about it. */
import type { Verdict } from '@regulars/api';

export type RefusedKind = 'almost' | 'gave_way' | 'not_now';

const ALMOST = new Set(['spend_short', 'too_few_goods', 'gift_to_add']);
const GAVE_WAY = new Set([
  'beaten',
  'below_floor',
  'blocked_by_alone',
  'blocked_by_group',
  'coupon_kind_full',
  'coupons_full',
  'not_chosen',
  'not_with',
  'saves_nothing',
  'switched_off',
  'units_used',
]);
/** What a condition asks of the basket or of the guest's word, so that it can still be met. */
const REACHABLE = new Set([
  'own_quantity',
  'own_spend',
  'own_spend_list',
  'party',
  'quantity',
  'spend',
  'spend_list',
  'tender',
]);

export function kindOf(verdict: Pick<Verdict, 'code' | 'field'>): RefusedKind {
  if (ALMOST.has(verdict.code)) return 'almost';
  if (GAVE_WAY.has(verdict.code)) return 'gave_way';
  return REACHABLE.has(verdict.field ?? '') ? 'almost' : 'not_now';
}

/** The guest's coupons first: those she asks about. */
export function refusedIn(verdicts: readonly Verdict[]): Record<RefusedKind, Verdict[]> {
  const found: Record<RefusedKind, Verdict[]> = { almost: [], gave_way: [], not_now: [] };
  const refused = verdicts.filter((one) => one.outcome === 'rejected');
  const coupons = refused.filter((one) => one.source === 'coupon');
  for (const one of [...coupons, ...refused.filter((one) => one.source !== 'coupon')]) {
    found[kindOf(one)].push(one);
  }
  return found;
}
