/** One thing that is tried: whether it is under way, and why it did not work. */
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';

export interface Attempt {
  busy: ShallowRef<boolean>;
  fault: ComputedRef<string>;
  /** Try it; false when it did not work or something is under way already. */
  run(work: () => Promise<unknown>): Promise<boolean>;
  say(text: () => string): void;
  clear(): void;
}

/** `told` puts a failure into words, in the language of the moment; none for one that nobody waits for. */
export function attempting(told: (failure: unknown) => string): Attempt {
  const busy = shallowRef(false);
  const reason = shallowRef<(() => string) | null>(null);
  const fault = computed(() => reason.value?.() ?? '');

  async function run(work: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    reason.value = null;
    try {
      await work();
      return true;
    } catch (failure) {
      reason.value = () => told(failure);
      return false;
    } finally {
      busy.value = false;
    }
  }
  function say(text: () => string): void {
    reason.value = text;
  }
  function clear(): void {
    reason.value = null;
  }
  return { busy, fault, run, say, clear };
}
