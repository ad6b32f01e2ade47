import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { told } from '../server';

export interface Notice {
  text: () => string;
  tone: 'plain' | 'danger';
  undo: (() => void) | null;
}

const SHOWN_MILLISECONDS = 6_000;

/** One line at the foot of the screen: what just happened, and how to take it back. */
export const useNotices = defineStore('notices', () => {
  const notice = shallowRef<Notice | null>(null);
  const count = ref(0);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function put(next: Notice): void {
    clearTimeout(timer);
    notice.value = next;
    count.value += 1;
    timer = setTimeout(clear, SHOWN_MILLISECONDS);
  }
  function say(text: () => string): void {
    put({ text, tone: 'plain', undo: null });
  }
  function undoable(text: () => string, undo: () => void): void {
    put({ text, tone: 'plain', undo });
  }
  function fault(failure: unknown): void {
    put({ text: () => told(failure), tone: 'danger', undo: null });
  }
  function clear(): void {
    clearTimeout(timer);
    notice.value = null;
  }
  function undo(): void {
    notice.value?.undo?.();
    clear();
  }
  return { notice, count, say, undoable, fault, clear, undo };
});
