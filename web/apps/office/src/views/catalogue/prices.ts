/** Price lists as the pages read them. */
import type { AnswerOf } from '@regulars/api';

export type PriceList = AnswerOf<'GET /price-lists'>[number];
export type Price = AnswerOf<'GET /price-lists/{price_list_id}/prices'>[number];

/** Whether a list holds now, will, or has ended. */
export function stateOf(list: PriceList, now: number): 'running' | 'coming' | 'over' {
  if (Date.parse(list.effective_at) > now) return 'coming';
  return list.ends_at !== null && Date.parse(list.ends_at) <= now ? 'over' : 'running';
}

/** What one price is called in a form: the size, and the tier that it is for; "" is everybody. */
export function priceKey(variantId: string, tier: string): string {
  return `${variantId}|${tier}`;
}

export function priceOf(key: string): { variant_id: string; tier: string } {
  const [variant_id = '', tier = ''] = key.split('|');
  return { variant_id, tier };
}
