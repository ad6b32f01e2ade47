/** Codes of the server and the words that stand for them on this till. */
import type { Deduction } from '@regulars/api';
import type { TextKey } from '@regulars/shared';
import { either, named, t } from './text';

const WORDS: Record<string, TextKey> = {
  'source counter': 'source.counter',
  'source takeaway': 'source.takeaway',
  'source phone': 'source.phone',
  'source table': 'source.table',
  'source delivery': 'source.delivery',
  'tender cash': 'tender.cash',
  'tender change': 'tender.change',
  'tender stored_value': 'tender.stored_value',
  'tender external': 'tender.external',
  'state open': 'state.open',
  'state paid': 'state.paid',
  'state part_refunded': 'state.part_refunded',
  'state refunded': 'state.refunded',
  'state cancelled': 'state.cancelled',
  'refund return_share': 'refund.plan_return_share',
  'refund reprice_rest': 'refund.plan_reprice_rest',
  'refund house_fault': 'refund.plan_house_fault',
  'why whole': 'refund.why_whole',
  'why no_offer': 'refund.why_no_offer',
  'why share': 'refund.why_share',
  'why reprice': 'refund.why_reprice',
  'why choose': 'refund.why_choose',
  'why not_kept': 'refund.why_not_kept',
  'why house_fault': 'refund.why_house_fault',
};

/** The word for a code of one kind; a code that this till does not know is shown as it is. */
export function word(kind: 'source' | 'tender' | 'state' | 'refund' | 'why', code: string): string {
  const key = WORDS[`${kind} ${code}`];
  return key ? t(key) : code;
}

/** Why it was taken off; nothing when that would only repeat its name. */
export function reasonOf(one: Pick<Deduction, 'name_zh' | 'name_en' | 'reason_zh' | 'reason_en'>): string {
  const reason = either(one.reason_zh, one.reason_en);
  return reason.toLowerCase() === named(one).toLowerCase() ? '' : reason;
}

/** What a saving is called: a tier's own name says little without the word for it. */
export function savingName(one: Pick<Deduction, 'source' | 'name_zh' | 'name_en'>): string {
  return one.source === 'tier' ? t('deduction.tier', { tier: named(one) }) : named(one);
}
