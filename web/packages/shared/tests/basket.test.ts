import type { LineRequest, Menu, MenuGroup, MenuProduct } from '@regulars/api';
import { expect, test } from 'vitest';
import {
  indexed,
  listSum,
  missingIn,
  sameChoice,
  usualChoice,
  withOption,
  withPick,
  type Choice,
} from '../src';

function option(id: string, more: Partial<MenuGroup['options'][number]> = {}): MenuGroup['options'][number] {
  return { id, name_zh: id, name_en: id, price_minor: 0, count_max: 1, is_default: false, sold_out: false, ...more };
}
function group(id: string, minimum: number, maximum: number, options: MenuGroup['options']): MenuGroup {
  return { id, name_zh: id, name_en: id, minimum, maximum, options };
}
function product(id: string, more: Partial<MenuProduct> = {}): MenuProduct {
  const size = { id: `${id}-m`, name_zh: '中', name_en: 'M', barcode: null, is_default: true, price_minor: 1800, member_prices: {}, sold_out: false };
  return {
    id,
    code: id,
    category_id: 'c',
    kind: 'single',
    name_zh: id,
    name_en: id,
    tags: [],
    discountable: true,
    exclusive_tiers: [],
    sold_out: false,
    variants: [size, { ...size, id: `${id}-l`, is_default: false, price_minor: 2100 }],
    group_ids: [],
    slots: [],
    ...more,
  };
}

const SUGAR = group('sugar', 1, 1, [option('half', { is_default: true }), option('none')]);
const TOPPINGS = group('toppings', 0, 3, [option('pearls', { price_minor: 300, count_max: 2 }), option('jelly', { price_minor: 200 })]);
const TEA = product('tea', { group_ids: ['sugar', 'toppings'] });
const CAKE = product('cake', { group_ids: [] });
const SLOT = { id: 'drinks', name_zh: '饮品', name_en: 'Drinks', quantity: 2, choices: [{ variant_id: 'tea-m', extra_minor: 0 }, { variant_id: 'tea-l', extra_minor: 300 }] };
const PAIR = product('pair', { kind: 'combo', slots: [SLOT] });
const MENU: Menu = { revision: '1', currency: 'CNY', tax: [], tiers: [], categories: [], products: [TEA, CAKE, PAIR], groups: [SUGAR, TOPPINGS] };
const INDEX = indexed(MENU);

const line = (choice: Choice, quantity: number): LineRequest => ({ ...choice, id: 'x', quantity });
function usual(of: MenuProduct): Choice {
  const choice = usualChoice(of, INDEX);
  if (!choice) throw new Error('nothing is on sale');
  return choice;
}

test('the usual drink is the default size with the default options, ready at one tap', () => {
  const choice = usual(TEA);
  expect(choice.variant_id).toBe('tea-m');
  expect(choice.options).toEqual([{ option_id: 'half', count: 1 }]);
  expect(missingIn(choice, TEA, INDEX)).toBeNull();
});

test('a product whose sizes are all sold out has no usual choice', () => {
  const gone = product('gone', { variants: TEA.variants.map((one) => ({ ...one, sold_out: true })) });
  expect(usualChoice(gone, INDEX)).toBeNull();
});

test('a default that is sold out must be chosen anew', () => {
  const sugar = group('sugar', 1, 1, [option('half', { is_default: true, sold_out: true }), option('none')]);
  const index = indexed({ ...MENU, groups: [sugar, TOPPINGS] });
  const choice = usualChoice(TEA, index);
  expect(choice?.options).toEqual([]);
  expect(choice && missingIn(choice, TEA, index)).toBe('sugar');
});

test('in a group of one the new choice replaces the old, and never leaves it empty', () => {
  const options = withOption(usual(TEA).options, SUGAR, 'none');
  expect(options).toEqual([{ option_id: 'none', count: 1 }]);
  expect(withOption(options, SUGAR, 'none')).toEqual(options);
});

test('toppings count up to their maximum and then leave', () => {
  let options = withOption([], TOPPINGS, 'pearls');
  options = withOption(options, TOPPINGS, 'pearls');
  expect(options).toEqual([{ option_id: 'pearls', count: 2 }]);
  expect(withOption(options, TOPPINGS, 'pearls')).toEqual([]);
  options = withOption(options, TOPPINGS, 'jelly');
  expect(options).toHaveLength(2);
});

test('a full group takes nothing more', () => {
  const full = group('two', 0, 2, [option('a'), option('b'), option('c')]);
  const options = withOption(withOption([], full, 'a'), full, 'b');
  expect(withOption(options, full, 'c')).toEqual(options);
});

test('a combo needs every place of its slots, and a full slot replaces the oldest pick', () => {
  const choice = usual(PAIR);
  expect(missingIn(choice, PAIR, INDEX)).toBe('drinks');
  let combo = withPick(choice.combo, SLOT, 'tea-m');
  combo = withPick(combo, SLOT, 'tea-m');
  expect(missingIn({ ...choice, combo }, PAIR, INDEX)).toBeNull();
  combo = withPick(combo, SLOT, 'tea-l');
  expect(combo.map((pick) => pick.variant_id)).toEqual(['tea-m', 'tea-l']);
});

test('the same drink with the same options in another order is the same choice', () => {
  const one = { ...usual(TEA), options: [{ option_id: 'half', count: 1 }, { option_id: 'jelly', count: 1 }] };
  const other = { ...one, options: [...one.options].reverse() };
  expect(sameChoice(one, other)).toBe(true);
  expect(sameChoice(one, { ...other, note: '少放' })).toBe(false);
  expect(sameChoice(one, { ...other, variant_id: 'tea-l' })).toBe(false);
});

test('the greyed sum adds sizes, options by count and combo extras', () => {
  const tea = { ...usual(TEA), options: [{ option_id: 'half', count: 1 }, { option_id: 'pearls', count: 2 }] };
  const pair = { ...usual(PAIR), combo: [{ slot_id: 'drinks', variant_id: 'tea-m' }, { slot_id: 'drinks', variant_id: 'tea-l' }] };
  expect(listSum([line(tea, 2)], INDEX)).toBe(2 * (1800 + 600));
  expect(listSum([line(pair, 1)], INDEX)).toBe(1800 + 300);
});
