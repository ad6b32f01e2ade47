import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

const SHOWN_MILLISECONDS = 6_000;

/** One line at the foot of the page: what was just done. */
export const useNotices = defineStore('notices', () => {
  const text = shallowRef<(() => string) | null>(null);
  const count = ref(0);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function say(next: () => string): void {
    clearTimeout(timer);
    text.value = next;
    count.value += 1;
    timer = setTimeout(clear, SHOWN_MILLISECONDS);
  }
  function clear(): void {
    clearTimeout(timer);
    text.value = null;
  }
  return { text, count, say, clear };
});
