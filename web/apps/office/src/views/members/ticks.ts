/** The rows of a list that are ticked; they stay ticked while more rows come. */
import { computed, shallowRef, type ComputedRef } from 'vue';

export interface Ticks {
  ids: ComputedRef<readonly string[]>;
  /** Whether every row that is shown is ticked. */
  isAll: ComputedRef<boolean>;
  has: (id: string) => boolean;
  turn: (id: string) => void;
  /** Tick every row that is shown, or none of them. */
  all: () => void;
  clear: () => void;
}

export function useTicks(shown: () => readonly { id: string }[]): Ticks {
  const ticked = shallowRef<ReadonlySet<string>>(new Set());
  const isAll = computed(() => shown().length > 0 && shown().every((row) => ticked.value.has(row.id)));

  function turn(id: string): void {
    const next = new Set(ticked.value);
    if (!next.delete(id)) next.add(id);
    ticked.value = next;
  }
  function all(): void {
    const next = new Set(ticked.value);
    const was = isAll.value;
    for (const { id } of shown()) {
      if (was) next.delete(id);
      else next.add(id);
    }
    ticked.value = next;
  }
  function clear(): void {
    ticked.value = new Set();
  }
  return { ids: computed(() => [...ticked.value]), isAll, has: (id) => ticked.value.has(id), turn, all, clear };
}
