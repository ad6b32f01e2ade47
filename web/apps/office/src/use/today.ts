/** The business day that runs now: after midnight it is still the day before, until its cut-off. */
import { computed, type ComputedRef } from 'vue';
import { usePlace } from '../stores/place';
import { usePlaces } from './places';
import { dayOf } from '../days';

const MINUTE_MILLISECONDS = 60_000;

/** Null until it is known when the stores' day ends. */
export function useToday(): ComputedRef<string | null> {
  const place = usePlace();
  const places = usePlaces();
  return computed(() => {
    if (!places.found.value.value && !places.found.fault.value) return null;
    const first = places.stores.value[0];
    const late = (first?.cut_off_minutes ?? 0) * MINUTE_MILLISECONDS;
    return dayOf(new Date(Date.now() - late), first?.zone ?? place.zone);
  });
}
