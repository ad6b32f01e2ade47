/** Which stores are asked for, as the first page counts them: those that are chosen above, or all of hers. */
import { computed, type ComputedRef } from 'vue';
import { usePlace } from '../../stores/place';
import { named } from '../../text';

export function useWithin(): { stores: ComputedRef<string[]>; storeName: (id: string) => string } {
  const place = usePlace();
  const stores = computed(() => (place.isNarrowed ? place.within.map((one) => one.id) : []));
  function storeName(id: string): string {
    const store = place.nameOf(id);
    return store ? named(store) : '';
  }
  return { stores, storeName };
}
