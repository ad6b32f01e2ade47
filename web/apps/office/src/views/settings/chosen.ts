/** The level at which the rules are looked at: the brand, a region, a store; kept in the address. */
import type { StoreOfSession } from '@regulars/api';
import { computed, type ComputedRef, type WritableComputedRef } from 'vue';
import { usePlace } from '../../stores/place';
import { useSession } from '../../stores/session';
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
  const session = useSession();

  /** Where she sets rules: head office for the brand, others for their region or store. */
  function usual(): string {
    if (session.session?.everywhere === true) return BRAND;
    const [first] = place.stores;
    if (!first) return BRAND;
    if (place.stores.length === 1) return first.id;
    return place.stores.every((one) => one.region_id === first.region_id) ? first.region_id : BRAND;
  }
  const filter = useFilter('at');
  const levels = useLevels();

  const chosen = computed({
    get: () => filter.value || usual(),
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
