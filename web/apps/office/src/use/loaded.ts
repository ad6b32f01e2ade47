/**
 * Something read from the server: asked anew when what it depends on changes or the server is back.
 *
 *     const card = useLoaded((signal) => server.call('GET /members/{member_id}', { path, signal }));
 */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef, type WatchSource } from 'vue';
import { isLeft, told } from '../server';
import { useConnection } from '../stores/connection';

export interface Loaded<Value> {
  value: ShallowRef<Value | null>;
  busy: ShallowRef<boolean>;
  fault: ComputedRef<string>;
  failure: ShallowRef<unknown>;
  load(): Promise<void>;
}

export function useLoaded<Value>(
  ask: (signal: AbortSignal) => Promise<Value>,
  dependsOn: WatchSource[] = [],
): Loaded<Value> {
  const connection = useConnection();
  const value = shallowRef<Value | null>(null);
  const busy = shallowRef(false);
  const failure = shallowRef<unknown>(null);
  const fault = computed(() => (failure.value ? told(failure.value) : ''));
  let asking = new AbortController();

  async function load(): Promise<void> {
    asking.abort();
    const mine = new AbortController();
    asking = mine;
    busy.value = true;
    try {
      const answer = await ask(mine.signal);
      if (mine.signal.aborted) return;
      value.value = answer;
      failure.value = null;
    } catch (problem) {
      if (!mine.signal.aborted && !isLeft(problem)) failure.value = problem;
    } finally {
      if (asking === mine) busy.value = false;
    }
  }

  watch(dependsOn, () => void load(), { immediate: true });
  watch(
    () => connection.link,
    (link) => {
      if (link === 'online' && failure.value) void load();
    },
  );
  onScopeDispose(() => asking.abort());
  return { value, busy, fault, failure, load };
}
