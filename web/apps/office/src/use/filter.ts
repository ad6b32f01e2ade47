/** A filter that the address of the page keeps: reloaded or sent to a colleague, it is the same. */
import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

export function useFilter(name: string): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => {
      const given = route.query[name];
      return typeof given === 'string' ? given : '';
    },
    set: (text) => {
      const { [name]: _, ...rest } = route.query;
      void router.replace({ query: text ? { ...rest, [name]: text } : rest });
    },
  });
}

/** A filter of several words: in the address they stand with commas between. */
export function useFilters(name: string): WritableComputedRef<string[]> {
  const filter = useFilter(name);
  return computed({
    get: () => (filter.value ? filter.value.split(',') : []),
    set: (words) => {
      filter.value = words.join(',');
    },
  });
}
