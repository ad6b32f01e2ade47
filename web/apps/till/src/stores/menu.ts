import type { Menu, MenuProduct } from '@regulars/api';
import { indexed, type MenuIndex } from '@regulars/shared';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { server } from '../server';
import { currency } from '../text';
import { useNotices } from './notices';
import { useSession } from './session';

const REFRESHED_EVERY_MILLISECONDS = 15_000;
const FOUND_MAX = 60;
const NOTHING: MenuIndex = {
  products: new Map(),
  groups: new Map(),
  variants: new Map(),
  barcodes: new Map(),
  prices: new Map(),
};

/** The menu of this store, in memory: no tap waits for the network. */
export const useMenu = defineStore('menu', () => {
  const session = useSession();
  const notices = useNotices();
  const menu = shallowRef<Menu | null>(null);
  const fault = shallowRef<unknown>(null);
  const loading = ref(false);
  const index = computed(() => (menu.value ? indexed(menu.value) : NOTHING));
  let tag: string | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;

  const categories = computed(() =>
    [...(menu.value?.categories ?? [])].sort((one, other) => one.position - other.position),
  );
  const byCategory = computed(() => {
    const found = new Map<string, MenuProduct[]>();
    for (const product of menu.value?.products ?? []) {
      const row = found.get(product.category_id);
      if (row) row.push(product);
      else found.set(product.category_id, [product]);
    }
    return found;
  });

  async function load(): Promise<void> {
    const store = session.place?.store;
    if (!store || loading.value) return;
    loading.value = true;
    try {
      const known = menu.value ? (tag ?? undefined) : undefined;
      const path = { store_id: store.id };
      const answer = await server.tagged('GET /stores/{store_id}/menu', { path, tag: known });
      if (answer.value) {
        menu.value = answer.value;
        currency.value = answer.value.currency;
        tag = answer.tag;
      }
      fault.value = null;
    } catch (failure) {
      fault.value = failure;
    } finally {
      loading.value = false;
    }
  }

  /** Load the menu of the chosen store and keep it fresh: sold-out goods change all day. */
  function open(): void {
    clearInterval(timer);
    menu.value = null;
    tag = null;
    void load();
    timer = setInterval(() => void load(), REFRESHED_EVERY_MILLISECONDS);
  }
  function shut(): void {
    clearInterval(timer);
  }

  function find(text: string): MenuProduct[] {
    const wanted = text.trim().toLowerCase();
    const exact: MenuProduct[] = [];
    const others: MenuProduct[] = [];
    for (const product of menu.value?.products ?? []) {
      if (product.code.toLowerCase() === wanted) exact.push(product);
      else if (
        product.name_zh.includes(wanted) ||
        product.name_en.toLowerCase().includes(wanted) ||
        product.code.toLowerCase().startsWith(wanted) ||
        product.variants.some((variant) => variant.barcode === wanted)
      ) {
        others.push(product);
      }
    }
    return [...exact, ...others].slice(0, FOUND_MAX);
  }

  /** Take something off the menu of this store, or put it back: a product, a size or an option. */
  async function markSoldOut(subjectId: string, soldOut: 'sold_out' | 'back'): Promise<void> {
    const store = session.place?.store;
    if (!store) return;
    const path = { store_id: store.id, subject_id: subjectId };
    try {
      if (soldOut === 'sold_out') {
        await server.call('PUT /stores/{store_id}/sold-out/{subject_id}', { path, body: {} });
      } else {
        await server.call('DELETE /stores/{store_id}/sold-out/{subject_id}', { path });
      }
      await load();
    } catch (failure) {
      notices.fault(failure);
    }
  }

  return { menu, index, categories, byCategory, fault, loading, load, open, shut, find, markSoldOut };
});
