/** The question of a report's page, kept by its address: reloaded or sent on, it is the same. */
import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import { useRoute, useRouter, type LocationQuery } from 'vue-router';
import { usePlace } from '../../stores/place';
import { askedIn, word, type Asked } from './question';

const EVERYWHERE = 'all';

export type Change = Partial<Record<keyof Asked | 'place', string>>;

export interface Asking {
  asked: ComputedRef<Asked>;
  /** The stores to ask for; none is all of hers. */
  stores: ComputedRef<string[]>;
  word(name: string): string;
  ask(change: Change): void;
}

/** The question of this page; the place that is chosen above the page is part of it. */
export function useAsked(): Asking {
  const route = useRoute();
  const router = useRouter();
  const place = usePlace();
  const page = route.name;
  const query = shallowRef<LocationQuery>(route.query);
  const asked = computed(() => askedIn(query.value));
  const stores = computed(() => (place.isNarrowed ? place.within.map((one) => one.id) : []));
  const chosen = computed(() => (place.isNarrowed ? place.chosen : EVERYWHERE));

  function ask(change: Change): void {
    const known = Object.entries({ ...query.value, ...change }).filter(([, text]) => text !== '');
    // At once: a second change before the address has moved builds upon this one.
    query.value = Object.fromEntries(known);
    void router.replace({ query: query.value });
  }
  function settle(): void {
    const given = word(query.value, 'place');
    if (given === EVERYWHERE) place.chosen = '';
    // What is no place of hers is left aside, and the address says so in a moment.
    else if (place.stores.some((one) => one.id === given || one.region_id === given)) place.chosen = given;
  }

  watch(
    () => route.query,
    (next) => {
      // A page that is being left asks nothing more.
      if (route.name !== page) return;
      query.value = next;
      settle();
    },
  );
  settle();
  watch(
    [chosen, () => word(query.value, 'place')],
    ([id, given]) => {
      if (place.stores.length > 1 && given !== id) ask({ place: id });
    },
    { immediate: true },
  );
  return { asked, stores, word: (name) => word(query.value, name), ask };
}
