/** What is sold and to whom, to choose from: the menu of the store that is looked at. */
import type { Menu } from '@regulars/api';
import { computed, inject, provide, type ComputedRef, type InjectionKey } from 'vue';
import { server } from '../../server';
import { usePlace } from '../../stores/place';
import { named } from '../../text';
import { useLoaded, type Loaded } from '../../use/loaded';
import type { GoodsPart } from './goods';

export interface Option {
  value: string;
  label: string;
}

export interface Shelf {
  menu: Loaded<Menu | null>;
  goods: ComputedRef<Readonly<Record<GoodsPart, readonly Option[]>>>;
  tiers: ComputedRef<readonly Option[]>;
}

const SHELF: InjectionKey<Shelf> = Symbol('shelf');

function goodsOn(menu: Menu | null): Record<GoodsPart, Option[]> {
  const products = menu?.products ?? [];
  const sized = products.filter((product) => product.variants.length > 1);
  return {
    products: products.map((one) => ({ value: one.id, label: named(one) })),
    categories: (menu?.categories ?? []).map((one) => ({ value: one.id, label: named(one) })),
    tags: [...new Set(products.flatMap((one) => one.tags))].sort().map((tag) => ({ value: tag, label: tag })),
    variants: sized.flatMap((one) =>
      one.variants.map((variant) => ({ value: variant.id, label: `${named(one)} ${named(variant)}`.trim() })),
    ),
  };
}

/** Load the menu for the fields below a page. */
export function provideShelf(): Shelf {
  const place = usePlace();
  const storeId = computed(() => place.within[0]?.id ?? '');
  const menu = useLoaded<Menu | null>(
    async (signal) => (storeId.value ? server.call('GET /stores/{store_id}/menu', { path: { store_id: storeId.value }, signal }) : null),
    [storeId],
  );
  const shelf: Shelf = {
    menu,
    goods: computed(() => goodsOn(menu.value.value)),
    tiers: computed(() => (menu.value.value?.tiers ?? []).map((one) => ({ value: one.code, label: named(one) }))),
  };
  provide(SHELF, shelf);
  return shelf;
}

export function useShelf(): Shelf {
  const shelf = inject(SHELF);
  if (!shelf) throw new Error('a field of goods needs its shelf');
  return shelf;
}
