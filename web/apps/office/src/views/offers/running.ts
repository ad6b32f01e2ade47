/** Everything that runs, with the days between which it does, as the calendar shows it. */
import type { AnswerOf } from '@regulars/api';
import { named } from '../../text';
import { dayOf } from '../../days';
import type { Running } from './month';
import { shownOf, type Offer } from './offer';

type CouponType = AnswerOf<'GET /coupon-types'>[number];
type Campaign = AnswerOf<'GET /campaigns'>[number];

/** The last day on which something is still true that ends at an instant. */
function lastDayOf(ends: string | null, zone?: string): string {
  return ends ? dayOf(new Date(Date.parse(ends) - 1), zone) : '';
}

function textIn(data: unknown, name: string): string {
  const value = typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>)[name] : '';
  return typeof value === 'string' ? value : '';
}

export function offersRunning(offers: readonly Offer[], zone?: string): Running[] {
  return offers
    .filter((one) => one.state === 'active')
    .map((one): Running => ({ id: one.id, name: named(one), sort: 'offer', first: dayOf(new Date(shownOf(one).effective_at), zone), last: lastDayOf(one.ends_at, zone) }));
}

/** Kinds of coupon that are good on fixed days; all others run from copy to copy. */
export function couponsRunning(types: readonly CouponType[]): Running[] {
  return types
    .filter((one) => one.state === 'active')
    .map((one): Running => {
      const validity = one.rules?.validity;
      const isFixed = textIn(validity, 'kind') === 'fixed';
      const days = isFixed ? { first: textIn(validity, 'from'), last: textIn(validity, 'until') } : { first: '', last: '' };
      return { id: one.id, name: named(one), sort: 'coupon', ...days };
    });
}

export function campaignsRunning(campaigns: readonly Campaign[]): Running[] {
  return campaigns
    .filter((one) => !['draft', 'ended'].includes(one.state))
    .map((one): Running => ({ id: one.id, name: named(one), sort: 'campaign', first: textIn(one.definition, 'starts_on'), last: textIn(one.definition, 'ends_on') }));
}
