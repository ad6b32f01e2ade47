/** Of which stores the figures of a programme are: one of them, or the whole chain. */
import { computed, type ComputedRef } from 'vue';
import { usePlace } from '../../stores/place';

export interface Measured {
  /** Null: of the whole chain. */
  store: ComputedRef<string | null>;
  /** A few stores are looked at, yet only one or all can be measured. */
  isWider: ComputedRef<boolean>;
}

export function useMeasured(): Measured {
  const place = usePlace();
  return {
    store: computed(() => (place.within.length === 1 ? (place.within[0]?.id ?? null) : null)),
    isWider: computed(() => place.isNarrowed && place.within.length > 1),
  };
}
