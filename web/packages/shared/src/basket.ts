/** What a guest chose: default choices, whether a choice is complete, and a sum to show at once. */
import type {
  ComboPick,
  LineRequest,
  Menu,
  MenuGroup,
  MenuProduct,
  MenuSlot,
  MenuVariant,
  OptionChoice,
} from '@regulars/api';

export type Choice = Pick<LineRequest, 'product_id' | 'variant_id' | 'options' | 'combo' | 'note'>;

/** A menu that can be asked by id. */
export interface MenuIndex {
  products: ReadonlyMap<string, MenuProduct>;
  groups: ReadonlyMap<string, MenuGroup>;
  variants: ReadonlyMap<string, { product: MenuProduct; variant: MenuVariant }>;
  barcodes: ReadonlyMap<string, { product: MenuProduct; variant: MenuVariant }>;
  prices: ReadonlyMap<string, number>;
}

export function indexed(menu: Menu): MenuIndex {
  const owned = menu.products.flatMap((product) =>
    product.variants.map((variant) => ({ product, variant })),
  );
  const options = menu.groups.flatMap((group) => group.options);
  return {
    products: new Map(menu.products.map((product) => [product.id, product])),
    groups: new Map(menu.groups.map((group) => [group.id, group])),
    variants: new Map(owned.map((one) => [one.variant.id, one])),
    barcodes: new Map(owned.flatMap((one) => (one.variant.barcode ? [[one.variant.barcode, one]] : []))),
    prices: new Map(options.map((option) => [option.id, option.price_minor])),
  };
}

export function groupsOf(product: MenuProduct, index: MenuIndex): MenuGroup[] {
  return product.group_ids.flatMap((id) => index.groups.get(id) ?? []);
}

export function defaultVariant(product: MenuProduct): MenuVariant | undefined {
  const open = product.variants.filter((variant) => !variant.sold_out);
  return open.find((variant) => variant.is_default) ?? open[0];
}

/** How often the options of one group were taken. */
export function countIn(group: MenuGroup, options: readonly OptionChoice[]): number {
  const ids = new Set(group.options.map((option) => option.id));
  return options.reduce((sum, one) => sum + (ids.has(one.option_id) ? one.count : 0), 0);
}

/** The usual drink: default size and options, and in a combo the only choice of each slot. */
export function usualChoice(product: MenuProduct, index: MenuIndex): Choice | null {
  const variant = defaultVariant(product);
  if (!variant) return null;
  const options = groupsOf(product, index).flatMap((group) =>
    group.options
      .filter((option) => option.is_default && !option.sold_out)
      .map((option) => ({ option_id: option.id, count: 1 })),
  );
  const combo: ComboPick[] = product.slots.flatMap((slot) => {
    const open = slot.choices.filter((one) => !isGone(one.variant_id, index));
    const only = open.length === 1 ? open[0] : undefined;
    if (!only) return [];
    return Array.from({ length: slot.quantity }, () => ({
      slot_id: slot.id,
      variant_id: only.variant_id,
    }));
  });
  return { product_id: product.id, variant_id: variant.id, options, combo, note: null };
}

/** Whether a variant cannot be sold now. */
export function isGone(variantId: string, index: MenuIndex): boolean {
  const found = index.variants.get(variantId);
  return !found || found.variant.sold_out || found.product.sold_out;
}

/** The first group or slot that still needs a choice, or null when all is chosen. */
export function missingIn(choice: Choice, product: MenuProduct, index: MenuIndex): string | null {
  for (const group of groupsOf(product, index)) {
    if (countIn(group, choice.options) < group.minimum) return group.id;
  }
  for (const slot of product.slots) {
    const picks = choice.combo.filter((pick) => pick.slot_id === slot.id);
    if (picks.length < slot.quantity) return slot.id;
  }
  return null;
}

const sameOptions = (one: readonly OptionChoice[], other: readonly OptionChoice[]): boolean =>
  one.length === other.length &&
  one.every((a) => other.some((b) => a.option_id === b.option_id && a.count === b.count));

const written = (picks: readonly ComboPick[]): string =>
  picks
    .map((pick) => `${pick.slot_id} ${pick.variant_id}`)
    .sort()
    .join();

/** Whether two lines would be made alike, so that a second tap raises the first line's quantity. */
export function sameChoice(one: Choice, other: Choice): boolean {
  return (
    one.product_id === other.product_id &&
    one.variant_id === other.variant_id &&
    (one.note ?? '') === (other.note ?? '') &&
    sameOptions(one.options, other.options) &&
    written(one.combo) === written(other.combo)
  );
}

/** Toggle or count an option within its group: one of a kind replaces, more of a kind adds. */
export function withOption(
  options: readonly OptionChoice[],
  group: MenuGroup,
  optionId: string,
): OptionChoice[] {
  const option = group.options.find((one) => one.id === optionId);
  if (!option) return [...options];
  const mine = options.find((one) => one.option_id === optionId);
  const others = options.filter((one) => one.option_id !== optionId);
  if (mine && (mine.count >= option.count_max || countIn(group, options) >= group.maximum)) {
    const emptied = countIn(group, others) < group.minimum;
    return emptied ? [...options] : others;
  }
  if (mine) return [...others, { option_id: optionId, count: mine.count + 1 }];
  const chosen = { option_id: optionId, count: 1 };
  if (countIn(group, options) < group.maximum) return [...others, chosen];
  if (group.maximum !== 1) return [...options];
  const ids = new Set(group.options.map((one) => one.id));
  return [...others.filter((one) => !ids.has(one.option_id)), chosen];
}

/** Take a variant into a slot of a combo; in a full slot it replaces the oldest pick. */
export function withPick(combo: readonly ComboPick[], slot: MenuSlot, variantId: string): ComboPick[] {
  const others = combo.filter((pick) => pick.slot_id !== slot.id);
  const mine = combo.filter((pick) => pick.slot_id === slot.id);
  const picked = [...mine, { slot_id: slot.id, variant_id: variantId }];
  return [...others, ...picked.slice(-slot.quantity)];
}

/** List prices added up, to show greyed until the server's quote is there. Units: minor units. */
export function listSum(lines: readonly LineRequest[], index: MenuIndex): number {
  return lines.reduce((sum, line) => {
    const base = index.variants.get(line.variant_id)?.variant.price_minor ?? 0;
    const slots = index.products.get(line.product_id)?.slots ?? [];
    const extras = line.options.reduce(
      (extra, one) => extra + (index.prices.get(one.option_id) ?? 0) * one.count,
      0,
    );
    const combo = line.combo.reduce((extra, pick) => {
      const slot = slots.find((one) => one.id === pick.slot_id);
      const choice = slot?.choices.find((one) => one.variant_id === pick.variant_id);
      return extra + (choice?.extra_minor ?? 0);
    }, 0);
    return sum + (base + extras + combo) * line.quantity;
  }, 0);
}
