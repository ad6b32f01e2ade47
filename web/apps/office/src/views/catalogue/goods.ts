/** Goods as the pages of this area read them. */
import type { AnswerOf } from '@regulars/api';
import { named } from '../../text';

export type Goods = AnswerOf<'GET /goods'>;
export type Product = Goods['products'][number];
export type Category = Goods['categories'][number];
export type Group = Goods['groups'][number];
export type Detail = AnswerOf<'GET /products/{product_id}'>;

export const WRITE = ['catalog.write'] as const;

/** In the order of the menu: by shelf, then by place on it. */
export function onMenu(goods: Goods): Product[] {
  const shelves = new Map(goods.categories.map((one, at) => [one.id, one.position * 1_000 + at]));
  return [...goods.products].sort(
    (one, other) => (shelves.get(one.category_id) ?? 0) - (shelves.get(other.category_id) ?? 0) || one.position - other.position,
  );
}

export function categoryName(goods: Goods, id: string): string {
  const found = goods.categories.find((one) => one.id === id);
  return found ? named(found) : '';
}

/** A size with its product's name before it; a product of one size has but its own name. */
export function variantName(product: { name_zh: string; name_en: string }, variant: { name_zh: string; name_en: string }): string {
  return [named(product), named(variant)].filter(Boolean).join(' · ');
}
