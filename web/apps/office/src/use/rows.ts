/** Rows out of something that is read whole, for the lists that take pages. */
import { computed, shallowRef, watchEffect } from 'vue';
import type { Loaded } from './loaded';
import type { Paged } from './page';

export function useRows<Value, Row>(loaded: Loaded<Value>, pick: (value: Value) => readonly Row[]): Paged<Row> {
  const rows = shallowRef<readonly Row[] | null>(null);
  watchEffect(() => {
    rows.value = loaded.value.value === null ? null : pick(loaded.value.value);
  });
  return {
    rows,
    busy: computed(() => loaded.busy.value),
    fault: loaded.fault,
    hasMore: computed(() => false),
    more: async () => undefined,
    load: loaded.load,
  };
}
