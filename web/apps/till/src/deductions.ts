import type { Deduction } from '@regulars/api';
import type { Switched } from './basket';

type Sourced = Pick<Deduction, 'source' | 'source_id' | 'coupon_id'>;

/** What the server calls the discount of the guest's tier. */
const TIER_ID = '00000000-0000-0000-0000-000000000000';

/** What tells one source of savings from another within a quote. */
export function keyOf(one: Sourced): string {
  return [one.source, one.source_id ?? '', one.coupon_id ?? ''].join(' ');
}

/** The id by which the cashier switches a proposal off; null when it is no proposal. */
export function switchId(one: Sourced): string | null {
  if (one.source === 'coupon') return one.coupon_id;
  if (one.source === 'tier') return TIER_ID;
  return one.source === 'offer' ? one.source_id : null;
}

/** A proposal as the cart remembers that it is off; null when it is no proposal. */
export function switchedOff(one: Sourced & Omit<Switched, 'id'>): Switched | null {
  const id = switchId(one);
  return id ? { id, source: one.source, name_zh: one.name_zh, name_en: one.name_en } : null;
}
