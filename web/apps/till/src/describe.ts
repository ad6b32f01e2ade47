import type { LineRequest, QuotedLine } from '@regulars/api';
import type { MenuIndex, Named } from '@regulars/shared';

/** What was chosen on a line, in a few words: "大杯 · 半糖 · 珍珠 ×2". */
export function describe(
  line: Pick<LineRequest, 'product_id' | 'variant_id' | 'options' | 'combo'>,
  index: MenuIndex,
  named: (thing: Named) => string,
): string {
  const words: string[] = [];
  const product = index.products.get(line.product_id);
  const variant = index.variants.get(line.variant_id)?.variant;
  if (variant && product && product.variants.length > 1) words.push(named(variant));
  for (const pick of line.combo) {
    const picked = index.variants.get(pick.variant_id);
    if (!picked) continue;
    const size = picked.product.variants.length > 1 ? ` ${named(picked.variant)}` : '';
    words.push(named(picked.product) + size);
  }
  const chosen = new Map(line.options.map((one) => [one.option_id, one.count]));
  for (const groupId of product?.group_ids ?? []) {
    for (const option of index.groups.get(groupId)?.options ?? []) {
      const count = chosen.get(option.id);
      if (count) words.push(count > 1 ? `${named(option)} ×${count}` : named(option));
    }
  }
  return words.filter((word) => word !== '').join(' · ');
}

/** The options of a line as the server named them: "半糖 · 珍珠 ×2 +¥4.00". */
export function namesOf(
  options: QuotedLine['options'],
  named: (thing: Named) => string,
  money: (minor: number) => string,
): string {
  return options
    .map((option) => {
      const times = option.count > 1 ? ` ×${option.count}` : '';
      const price = option.price_minor > 0 ? ` +${money(option.price_minor * option.count)}` : '';
      return named(option) + times + price;
    })
    .join(' · ');
}
