/** Which stores are asked for, as the first page counts them: those that are chosen above, or all of hers. */
import { computed, type ComputedRef } from 'vue';
import { usePlace } from '../../stores/place';

export function useWithin(): { stores: ComputedRef<string[]>; storeName: (id: string) => string } {
  const place = usePlace();
  const stores = computed(() => (place.isNarrowed ? place.within.map((one) => one.id) : []));
  return { stores, storeName: place.storeName };
}
