import { watchLink, type Link } from '@regulars/device';
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { whenUnanswered } from '../server';

/** Whether the server answers. */
export const useConnection = defineStore('connection', () => {
  const link = ref<Link>('online');
  const watched = watchLink((next) => {
    link.value = next;
  });
  whenUnanswered(watched.askNow);
  return { link, askNow: watched.askNow };
});
