import { watchLink, type Link } from '@regulars/device';
import { defineStore } from 'pinia';
import { ref } from 'vue';

/** Whether the server answers, and the till's clock. */
export const useConnection = defineStore('connection', () => {
  const link = ref<Link>('online');
  const now = ref(new Date());
  const watched = watchLink((next) => {
    link.value = next;
  });
  // The network is back: the till need not wait for its next look.
  globalThis.addEventListener('online', () => watched.askNow());
  setInterval(() => {
    now.value = new Date();
  }, 1_000);

  return { link, now, askNow: watched.askNow };
});
