/** Bulk actions in words: what is done, for whom, and what came of it. */
import type { AnswerOf } from '@regulars/api';
import { either, listed, money, speaker } from '../../text';
import en from './bulk.en.json';
import zh from './bulk.zh-CN.json';

type Key = keyof typeof zh;
export type Bulk = AnswerOf<'GET /bulk-actions'>['actions'][number];
export type BulkKind = Bulk['kind'];

/** As many may be ticked at once as the server takes. */
export const TICKED_MAX = 500;

export const t = speaker<Key>(zh, en);

function isKey(key: string): key is Key {
  return key in zh;
}

/** The word for a code of one kind; a code without a word is shown as it is. */
export function word(kind: 'outcome' | 'state', code: string): string {
  const key = `${kind}.${code}`;
  return isKey(key) ? t(key) : code;
}

/** What is done to each. */
export function whatWords(one: Bulk): string {
  if (one.kind === 'coupon') return t('what.coupon', { coupon: either(one.coupon_zh, one.coupon_en), money: money(one.cost_each_minor) });
  return one.kind === 'export' ? t('what.export') : t(`what.${one.kind}`, { tag: one.tag });
}

/** For whom. */
export function whomWords(one: Bulk): string {
  if (one.is_ticked) return t('whom.ticked');
  const whom = one.segment_id ? t('whom.segment', { segment: either(one.segment_zh, one.segment_en) }) : t('whom.all');
  return one.store_ids.length > 0 ? t('whom.stores', { whom, count: one.store_ids.length }) : whom;
}

/** How many of each outcome. */
export function foundWords(one: Bulk): string {
  const told = Object.entries(one.found).map(([code, count]) => {
    const key = `count.${code}`;
    return isKey(key) ? t(key, { count }) : `${code} ${count}`;
  });
  return listed(told);
}

/** To how many it was not done. */
export function refusedNumber(one: Bulk): number {
  return one.done - (one.found.done ?? 0) - (one.found.unchanged ?? 0);
}
