/** What a gift is, in the words of the shop: "20 积分、立减5元、马克杯". */
import { formatCount, type Named } from '@regulars/shared';
import { useShelf } from './stores/shelf';
import { either, money, named, t } from './text';

/** A gift that is promised names kinds of coupons; one that was given has the coupons themselves. */
export interface AnyGift {
  points?: number;
  growth_value?: number;
  bonus_minor?: number;
  coupon_types?: readonly string[];
  coupons?: readonly Named[];
  item_zh?: string | null;
  item_en?: string | null;
}

/** "立减5元 ×2" instead of the same name twice. */
function counted(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count > 1 ? `${name} ×${count}` : name));
}

/** Every part of some gifts in one line; "" where there is none. */
export function giftWords(...gifts: readonly AnyGift[]): string {
  const shelf = useShelf();
  const sum = (part: 'points' | 'growth_value' | 'bonus_minor') =>
    gifts.reduce((total, gift) => total + (gift[part] ?? 0), 0);
  const parts: string[] = [];
  if (sum('bonus_minor') > 0) parts.push(t('gives.bonus', { amount: money(sum('bonus_minor')) }));
  if (sum('points') > 0) parts.push(t('points.count', { count: formatCount(sum('points')) }));
  if (sum('growth_value') > 0) parts.push(t('gives.growth', { count: formatCount(sum('growth_value')) }));
  const things = gifts.flatMap((gift) => [
    ...(gift.coupon_types ?? []).map((code) => shelf.couponName(code)),
    ...(gift.coupons ?? []).map((coupon) => named(coupon)),
    ...(gift.item_zh || gift.item_en ? [either(gift.item_zh ?? '', gift.item_en ?? '')] : []),
  ]);
  return [...parts, ...counted(things)].join(t('list.and'));
}
