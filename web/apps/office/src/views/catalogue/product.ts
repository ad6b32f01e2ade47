/** A product as its form holds it: lists as JSON, so that two versions are compared as they are written. */
import { newId } from '@regulars/device';
import { either, listed } from '../../text';
import { NO_NUMBER } from '../../inputs/numbers';
import type { Detail } from './goods';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';
import { t } from './words';

export interface Variant {
  id: string;
  name_zh: string;
  name_en: string;
  barcode: string | null;
  is_default: boolean;
  cost_minor: number | null;
}
export interface Choice {
  variant_id: string;
  extra_minor: number | null;
}
export interface Slot {
  id: string;
  name_zh: string;
  name_en: string;
  quantity: number | null;
  choices: readonly Choice[];
}

export interface ProductFields extends Record<string, unknown> {
  code: string;
  category_id: string;
  name_zh: string;
  name_en: string;
  kind: string;
  tax_code: string;
  tags: readonly string[];
  discountable: boolean;
  position: number | null;
  variants: string;
  group_ids: readonly string[];
  slots: string;
  on_sale: boolean;
}

/** The size of what comes in one size only: it has a name too. */
const STANDARD = { name_zh: zh['variant.standard'], name_en: en['variant.standard'] };

export const freshVariant = (isDefault: boolean): Variant => ({
  id: newId(),
  ...(isDefault ? STANDARD : { name_zh: '', name_en: '' }),
  barcode: null,
  is_default: isDefault,
  cost_minor: null,
});
export const freshSlot = (): Slot => ({ id: newId(), name_zh: '', name_en: '', quantity: 1, choices: [] });

export function emptyProduct(): ProductFields {
  return {
    code: '',
    category_id: '',
    name_zh: '',
    name_en: '',
    kind: 'single',
    tax_code: '',
    tags: [],
    discountable: true,
    position: 0,
    variants: JSON.stringify([freshVariant(true)]),
    group_ids: [],
    slots: '[]',
    on_sale: true,
  };
}

export function variantsIn(text: string): Variant[] {
  return JSON.parse(text) as Variant[];
}
export function slotsIn(text: string): Slot[] {
  return JSON.parse(text) as Slot[];
}

/** A product and its sizes that were withdrawn. */
export function fieldsOf({ product, variants, group_ids, slots }: Detail): { fields: ProductFields; withdrawn: Variant[] } {
  const kept = variants.map(({ state, position: _, ...variant }) => ({ state, variant }));
  const { code, category_id, name_zh, name_en, kind, tax_code, tags, discountable, position } = product;
  const own = { code, category_id, name_zh, name_en, kind, tax_code, tags, discountable, position, group_ids };
  const sold = kept.filter((one) => one.state === 'on_sale').map((one) => one.variant);
  return {
    fields: { ...own, variants: JSON.stringify(sold), slots: JSON.stringify(slots), on_sale: product.state === 'on_sale' },
    withdrawn: kept.filter((one) => one.state !== 'on_sale').map((one) => one.variant),
  };
}

/** What is sent; whoever may not know costs does not tell them. */
export function bodyOf(fields: ProductFields, withCosts: boolean) {
  const { code, category_id, name_zh, name_en, tax_code, tags, discountable, group_ids, on_sale } = fields;
  const kind: 'combo' | 'single' = fields.kind === 'combo' ? 'combo' : 'single';
  return {
    ...{ code, category_id, name_zh, name_en, kind, tax_code, discountable, on_sale },
    tags: [...tags],
    group_ids: [...group_ids],
    position: fields.position ?? 0,
    variants: variantsIn(fields.variants).map(({ cost_minor, ...variant }) => ({
      ...variant,
      ...(variant.name_zh || variant.name_en ? {} : STANDARD),
      barcode: variant.barcode || null,
      ...(withCosts ? { cost_minor } : {}),
    })),
    slots: slotsIn(fields.slots).map((slot) => ({
      ...slot,
      quantity: slot.quantity ?? NO_NUMBER,
      choices: slot.choices.map((one) => ({ variant_id: one.variant_id, extra_minor: one.extra_minor ?? 0 })),
    })),
  };
}

/** The names in a list that is kept as JSON, for a comparison. */
export function namesIn(text: string): string {
  const names = (JSON.parse(text) as { name_zh: string; name_en: string }[]).map((one) => either(one.name_zh, one.name_en) || t('variant.only'));
  return listed(names);
}

/** What is wrong with a product, in words, and at which field. */
export const PART_FIELDS: Readonly<Record<string, string>> = {
  variants: 'variants',
  is_default: 'variants',
  slots: 'slots',
  choices: 'slots',
  group_ids: 'group_ids',
  code: 'code',
};
export function partWords(part: string): string {
  if (part === 'is_default') return t('variant.one_default');
  if (part === 'variants') return t('variant.at_least_one');
  if (part === 'slots') return t('slot.needed');
  if (part === 'choices') return t('slot.choice_needed');
  return part === 'code' ? t('product.code_fixed') : t('product.groups_once');
}
