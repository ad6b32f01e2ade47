/** The level at which the rules are looked at: the brand, a region, a store; kept in the address. */
import type { StoreOfSession } from '@regulars/api';
import { computed, type ComputedRef, type WritableComputedRef } from 'vue';
import { usePlace } from '../../stores/place';
import { useFilter } from '../../use/filter';
import { BRAND, useLevels, type Levels } from '../../use/levels';
import type { Place } from './terms';

export interface ChosenLevel extends Levels {
  /** The id of a region or store, or the brand. */
  chosen: WritableComputedRef<string>;
  place: ComputedRef<Place>;
  /** Hers that lie in the place. */
  stores: ComputedRef<readonly StoreOfSession[]>;
}

export function useChosenLevel(): ChosenLevel {
  const place = usePlace();
  const filter = useFilter('at');
  const levels = useLevels();

  const chosen = computed({
    // Who works in one store sets that store's rules.
    get: () => filter.value || (place.stores.length === 1 ? (place.stores[0]?.id ?? BRAND) : BRAND),
    set: (id: string) => {
      filter.value = id;
    },
  });
  const at = computed<Place>(() => {
    const store = place.nameOf(chosen.value);
    if (store) return { region: store.region_id, store: store.id };
    return { region: chosen.value === BRAND ? null : chosen.value, store: null };
  });
  const stores = computed(() =>
    place.stores.filter((one) => (at.value.store ? one.id === at.value.store : at.value.region === null || one.region_id === at.value.region)),
  );
  return { ...levels, chosen, place: at, stores };
}
