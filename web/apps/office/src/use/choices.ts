/** What editors choose from: coupon types, goods and tiers, read once by the page that holds them. */
import type { AnswerOf } from '@regulars/api';
import { computed, inject, provide, type ComputedRef, type InjectionKey } from 'vue';
import { server } from '../server';
import { usePlace } from '../stores/place';
import { useSession } from '../stores/session';
import { either, named } from '../text';
import { useLoaded } from './loaded';

export type CouponType = AnswerOf<'GET /coupon-types'>[number];
export type Goods = AnswerOf<'GET /goods'>;
export type MenuOfStore = AnswerOf<'GET /stores/{store_id}/menu'>;

export interface Choices {
  coupons: ComputedRef<readonly CouponType[]>;
  goods: ComputedRef<Goods | null>;
  /** Sizes with the product's name before them. */
  variants: ComputedRef<readonly { id: string; name: string }[]>;
  tiers: ComputedRef<readonly { code: string; name: string }[]>;
  /** What could not be read, and the try to read it again. */
  fault: ComputedRef<string>;
  load(): Promise<void>;
  couponName(code: string): string;
  productName(id: string): string;
  tierName(code: string): string;
}

type Kept = 'coupons' | 'goods' | 'menu';
const CHOICES: InjectionKey<Choices> = Symbol('choices');

/** Read what the editors of this page need. */
export function provideChoices(needed: readonly Kept[]): Choices {
  const session = useSession();
  const place = usePlace();
  const coupons = useLoaded(async (signal) =>
    needed.includes('coupons') && session.can('coupon.read') ? server.call('GET /coupon-types', { signal }) : [],
  );
  const goods = useLoaded(async (signal) =>
    needed.includes('goods') && session.can('catalog.read') ? server.call('GET /goods', { signal }) : null,
  );
  const menu = useLoaded(async (signal): Promise<MenuOfStore | null> => {
    const store = place.stores[0];
    if (!store || !needed.includes('menu') || !session.can('catalog.read')) return null;
    return server.call('GET /stores/{store_id}/menu', { path: { store_id: store.id }, signal });
  });
  const choices: Choices = {
    coupons: computed(() => coupons.value.value ?? []),
    goods: computed(() => goods.value.value),
    variants: computed(() =>
      (menu.value.value?.products ?? []).flatMap((product) =>
        product.variants.map((variant) => ({
          id: variant.id,
          name: [named(product), named(variant)].filter(Boolean).join(' · '),
        })),
      ),
    ),
    tiers: computed(() => (menu.value.value?.tiers ?? []).map((tier) => ({ code: tier.code, name: named(tier) }))),
    fault: computed(() => coupons.fault.value || goods.fault.value || menu.fault.value),
    async load() {
      await Promise.all([coupons, goods, menu].filter((one) => one.fault.value).map((one) => one.load()));
    },
    couponName(code) {
      const found = choices.coupons.value.find((one) => one.code === code);
      return found ? either(found.name_zh, found.name_en) : code;
    },
    productName(id) {
      const found = choices.goods.value?.products.find((one) => one.id === id);
      return found ? named(found) : '';
    },
    tierName(code) {
      const found = choices.tiers.value.find((one) => one.code === code);
      return found ? found.name : code;
    },
  };
  provide(CHOICES, choices);
  return choices;
}

export function useChoices(): Choices {
  const choices = inject(CHOICES);
  if (!choices) throw new Error('an editor needs its choices');
  return choices;
}
