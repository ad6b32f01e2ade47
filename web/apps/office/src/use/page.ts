/**
 * Rows that come page by page: the first page at once, more on demand, all anew when the question
 * changes.
 */
import { computed, shallowRef, type ComputedRef, type ShallowRef, type WatchSource } from 'vue';
import { useAttempt } from './attempt';
import { useLoaded } from './loaded';

export interface Slice<Row> {
  rows: readonly Row[];
  next: string | null;
}

export interface Paged<Row> {
  /** Null until the first page is there. */
  rows: ShallowRef<readonly Row[] | null>;
  busy: ComputedRef<boolean>;
  fault: ComputedRef<string>;
  hasMore: ComputedRef<boolean>;
  more(): Promise<void>;
  load(): Promise<void>;
}

export function usePage<Row>(
  ask: (cursor: string | null, signal: AbortSignal) => Promise<Slice<Row>>,
  dependsOn: WatchSource[] = [],
): Paged<Row> {
  const rows = shallowRef<readonly Row[] | null>(null);
  const next = shallowRef<string | null>(null);
  const further = useAttempt();
  let signal = new AbortController().signal;

  const first = useLoaded(async (asking) => {
    signal = asking;
    const slice = await ask(null, asking);
    rows.value = slice.rows;
    next.value = slice.next;
    return slice;
  }, dependsOn);

  async function more(): Promise<void> {
    const cursor = next.value;
    const asking = signal;
    if (!cursor) return;
    await further.run(async () => {
      const slice = await ask(cursor, asking);
      // The question may have changed meanwhile: then these rows belong to another one.
      if (asking !== signal) return;
      rows.value = [...(rows.value ?? []), ...slice.rows];
      next.value = slice.next;
    });
  }

  return {
    rows,
    busy: computed(() => first.busy.value || further.busy.value),
    fault: computed(() => first.fault.value || further.fault.value),
    hasMore: computed(() => next.value !== null),
    more,
    load: first.load,
  };
}
