/** Which goods an offer, a slot of a bundle or a gift is about; nothing named is everything. */
export const GOODS_PARTS = ['products', 'categories', 'tags', 'variants'] as const;

export type GoodsPart = (typeof GOODS_PARTS)[number];
export type Goods = Readonly<Partial<Record<GoodsPart | `excluded_${GoodsPart}`, readonly string[]>>>;

const ALL_PARTS = GOODS_PARTS.flatMap((part) => [part, `excluded_${part}`] as const);

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** The goods of a stored definition; parts that name nothing are left out. */
export function goodsFrom(data: unknown): Goods {
  if (typeof data !== 'object' || data === null) return {};
  const given: Readonly<Record<string, unknown>> = { ...data };
  return Object.fromEntries(ALL_PARTS.map((part) => [part, words(given[part])] as const).filter(([, all]) => all.length > 0));
}

/** The same goods with other things in one part. */
export function withPart(goods: Goods, part: keyof Goods, chosen: readonly string[]): Goods {
  const { [part]: _, ...rest } = goods;
  return chosen.length > 0 ? { ...rest, [part]: [...chosen] } : rest;
}

/** Whether something is left out of the goods. */
export function leavesOut(goods: Goods): boolean {
  return GOODS_PARTS.some((part) => (goods[`excluded_${part}`] ?? []).length > 0);
}
