/** The regions and stores where one works, and what each is called. */
import type { AnswerOf } from '@regulars/api';
import { computed, type ComputedRef } from 'vue';
import { server } from '../server';
import { useSession } from '../stores/session';
import { named, t } from '../text';
import { useLoaded, type Loaded } from './loaded';

export type Store = AnswerOf<'GET /stores'>[number];
export type Region = AnswerOf<'GET /regions'>[number];
export type Terminal = AnswerOf<'GET /terminals'>[number];

interface Chain {
  regions: readonly Region[];
  stores: readonly Store[];
}

export interface Places {
  found: Loaded<Chain>;
  regions: ComputedRef<readonly Region[]>;
  stores: ComputedRef<readonly Store[]>;
  storeName(id: string | null): string;
  regionName(id: string | null): string;
  /** "All stores", "East (whole region)", "People's Square". */
  placeName(level: string, id: string | null): string;
}

export function usePlaces(): Places {
  const session = useSession();
  const found = useLoaded<Chain>(async (signal) => {
    if (!session.can('store.read')) return { regions: [], stores: [] };
    const [regions, stores] = await Promise.all([server.call('GET /regions', { signal }), server.call('GET /stores', { signal })]);
    return { regions, stores };
  });
  const regions = computed(() => found.value.value?.regions ?? []);
  const stores = computed(() => found.value.value?.stores ?? []);

  function storeName(id: string | null): string {
    const store = stores.value.find((one) => one.id === id);
    return store ? named(store) : '';
  }
  function regionName(id: string | null): string {
    const region = regions.value.find((one) => one.id === id);
    return region ? named(region) : '';
  }
  function placeName(level: string, id: string | null): string {
    if (level === 'organisation') return t('place.all');
    return level === 'region' ? t('place.region', { name: regionName(id) }) : storeName(id);
  }
  return { found, regions, stores, storeName, regionName, placeName };
}
