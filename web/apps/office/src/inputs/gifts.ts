/** A gift as a rule or programme spells it: what is empty is left out. */
export interface Gift {
  points?: number | null;
  growth_value?: number | null;
  bonus_minor?: number | null;
  coupon_types?: readonly string[];
  item_zh?: string;
  item_en?: string;
}
export type GiftPart = 'points' | 'growth_value' | 'bonus_minor' | 'coupon_types' | 'item';

/** A gift out of something that may be anything. */
export function giftOf(value: unknown): Gift {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Gift) : {};
}

/** The gift without the parts that were left empty; a nought is told, since "0.50" begins with it. */
export function told(gift: Gift): Gift {
  const kept = Object.entries(gift).filter(([, part]) => (Array.isArray(part) ? part.length > 0 : part !== null && part !== '' && part !== undefined));
  return Object.fromEntries(kept) as Gift;
}
