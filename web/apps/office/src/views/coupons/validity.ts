/** How long copies of a kind of coupon are good, as a form asks for it and as it is told. */
import type { AnswerOf } from '@regulars/api';
import { daysBetween, isDay } from '../../days';
import { dayIn } from '../../format';
import { language } from '../../text';
import { definitionData, EMPTY, type Definition, type Stored } from '../offers/definition';
import { t } from './words';

export type CouponType = AnswerOf<'GET /coupon-types'>[number];

export const VALIDITIES = ['days', 'fixed', 'end_of_month'] as const;
export type Validity = (typeof VALIDITIES)[number];

export interface CouponFields extends Definition, Record<string, unknown> {
  code: string;
  name_zh: string;
  name_en: string;
  validity: Validity;
  days: number | null;
  begins_after_days: number | null;
  from: string;
  until: string;
  issue_max: number | null;
  per_order_max: number | null;
  transferable: boolean;
  shareable: boolean;
  restore_days: number | null;
}

export const EMPTY_COUPON: CouponFields = {
  ...EMPTY,
  kind: 'amount',
  effect: { per: 'order', amount_minor: 500 },
  code: '',
  name_zh: '',
  name_en: '',
  validity: 'days',
  days: 30,
  begins_after_days: 0,
  from: '',
  until: '',
  issue_max: null,
  per_order_max: null,
  transferable: false,
  shareable: false,
  restore_days: 7,
};

const DAYS_MAX = 3_660;
const MONTH_DAYS = 31;

function validityData(fields: CouponFields): Stored {
  if (fields.validity === 'days') return { kind: 'days', days: fields.days ?? 0, begins_after_days: fields.begins_after_days ?? 0 };
  if (fields.validity === 'fixed') return { kind: 'fixed', from: fields.from, until: fields.until };
  return { kind: 'end_of_month' };
}

function validDays(fields: CouponFields): number {
  if (fields.validity === 'days') return fields.days ?? 0;
  if (fields.validity !== 'fixed') return MONTH_DAYS;
  if (!isDay(fields.from) || !isDay(fields.until)) return 1;
  return Math.min(Math.max(daysBetween(fields.from, fields.until), 1), DAYS_MAX);
}

/** What is sent to make a kind of coupon. */
export function couponBody(id: string, fields: CouponFields): {
  id: string;
  code: string;
  name_zh: string;
  name_en: string;
  definition: Stored;
  valid_days: number;
  issue_max: number | null;
  rules: Stored;
} {
  return {
    id,
    code: fields.code.trim(),
    name_zh: fields.name_zh.trim(),
    name_en: fields.name_en.trim(),
    definition: definitionData(fields),
    valid_days: validDays(fields),
    issue_max: fields.issue_max,
    rules: {
      validity: validityData(fields),
      transferable: fields.transferable,
      shareable: fields.shareable,
      per_order_max: fields.per_order_max,
      restore_days: fields.restore_days ?? 0,
    },
  };
}

function partOf(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** "领到后 30 天有效", "good for 30 days". */
export function validityText(type: Pick<CouponType, 'rules' | 'valid_days'>): string {
  const validity = type.rules?.validity;
  const kind = partOf(validity, 'kind');
  if (kind === 'fixed') {
    const first = String(partOf(validity, 'from'));
    const last = String(partOf(validity, 'until'));
    return t('validity.told_fixed', { first: dayIn(language.value, first), last: dayIn(language.value, last) });
  }
  if (kind === 'end_of_month') return t('validity.told_month');
  const later = Number(partOf(validity, 'begins_after_days') ?? 0);
  const count = Number(partOf(validity, 'days') ?? type.valid_days);
  return later > 0 ? t('validity.told_later', { count, later }) : t('validity.told_days', { count });
}
