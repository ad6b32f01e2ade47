/** A gift in words. */
import { formatCount } from '@regulars/shared';
import { either, listed, money, t } from '../text';
import { giftOf } from './gifts';

/** "50 points, ¥10.00 bonus, 5 off"; "" for nothing. */
export function giftWords(value: unknown, couponName: (code: string) => string = (code) => code): string {
  const gift = giftOf(value);
  const parts: string[] = [];
  if (gift.points) parts.push(t('unit.points', { count: gift.points, shown: formatCount(gift.points) }));
  if (gift.growth_value) parts.push(t('unit.growth', { count: gift.growth_value, shown: formatCount(gift.growth_value) }));
  if (gift.bonus_minor) parts.push(t('gift.bonus_is', { amount: money(gift.bonus_minor) }));
  for (const code of gift.coupon_types ?? []) parts.push(t('gift.coupon_is', { name: couponName(code) }));
  if (gift.item_zh || gift.item_en) parts.push(either(gift.item_zh ?? '', gift.item_en ?? ''));
  return listed(parts);
}
