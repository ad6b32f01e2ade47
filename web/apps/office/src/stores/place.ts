import type { StoreOfSession } from '@regulars/api';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { server } from '../server';
import { named } from '../text';
import { useSession } from './session';

interface Region {
  id: string;
  name_zh: string;
  name_en: string;
}

const KEPT_AS = 'regulars.office.place';

/** Which of her stores a person looks at: one, those of a region, or all. */
export const usePlace = defineStore('place', () => {
  const session = useSession();
  const chosen = shallowRef(localStorage.getItem(KEPT_AS) ?? '');
  const regions = shallowRef<readonly Region[]>([]);
  const stores = computed<readonly StoreOfSession[]>(() => session.session?.stores ?? []);

  /** The stores that are looked at; every one of hers when nothing is chosen. */
  const within = computed(() => {
    const few = stores.value.filter((one) => one.id === chosen.value || one.region_id === chosen.value);
    return few.length > 0 ? few : stores.value;
  });
  /** The clock on the wall of these stores; this computer's where they have several. */
  const zone = computed(() => {
    const zones = new Set(within.value.map((one) => one.zone));
    return zones.size === 1 ? [...zones][0] : undefined;
  });
  const isNarrowed = computed(() => within.value.length < stores.value.length);

  function nameOf(storeId: string | null): StoreOfSession | undefined {
    return stores.value.find((one) => one.id === storeId);
  }

  /** What a store of hers is called; nothing where it is none of hers. */
  function storeName(storeId: string | null): string {
    const store = nameOf(storeId);
    return store ? named(store) : '';
  }

  async function loadRegions(): Promise<void> {
    if (session.can('store.read')) regions.value = await server.call('GET /regions', {});
  }

  watch(chosen, (place) => localStorage.setItem(KEPT_AS, place));
  return { chosen, regions, stores, within, zone, isNarrowed, nameOf, storeName, loadRegions };
});
