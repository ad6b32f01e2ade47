/**
 * Something read from the server: asked anew when what it depends on changes or the server is back.
 *
 *     const card = useLoaded((signal) => server.call('GET /members/{member_id}', { path, signal }));
 */
import { Refused, Unanswered } from '@regulars/api';
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef, type WatchSource } from 'vue';
import { isLeft, told } from '../server';
import { useConnection } from '../stores/connection';

export interface Loaded<Value> {
  value: ShallowRef<Value | null>;
  busy: ShallowRef<boolean>;
  fault: ComputedRef<string>;
  failure: ShallowRef<unknown>;
  load(): Promise<void>;
  /** Ask again without a sign of it on the page; what stands there stays when no answer comes. */
  look(): Promise<void>;
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

  async function look(): Promise<void> {
    // What is on its way may have been read before the change; what failed is to be seen to.
    if (busy.value || failure.value) return load();
    asking.abort();
    const mine = new AbortController();
    asking = mine;
    try {
      const answer = await ask(mine.signal);
      if (!mine.signal.aborted) value.value = answer;
    } catch (problem) {
      // Nobody asked for it: what stands on the page is as good as it was.
      if (!(problem instanceof Refused || problem instanceof Unanswered || isLeft(problem))) throw problem;
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
  return { value, busy, fault, failure, load, look };
}
