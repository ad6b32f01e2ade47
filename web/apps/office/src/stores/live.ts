/** One stream of changes for all that is open in this tab: there while a page listens. */
import { listenLive, type Change } from '@regulars/device';
import { defineStore } from 'pinia';
import { watch } from 'vue';
import { useSession } from './session';

/** Between two pages nobody listens for a moment. */
const LINGER_MILLISECONDS = 5_000;

/** Hears what changed; null is anything. */
export type Listener = (changes: readonly Change[] | null) => void;

export const useLiveStream = defineStore('live', () => {
  const session = useSession();
  const listeners = new Set<Listener>();
  let stream: { stop: () => void } | null = null;
  let leaving: ReturnType<typeof setTimeout> | undefined;

  function tell(changes: readonly Change[] | null): void {
    for (const listener of listeners) listener(changes);
  }
  function open(): void {
    clearTimeout(leaving);
    stream ??= listenLive({ changed: tell, lookAgain: () => tell(null) });
  }
  function close(): void {
    clearTimeout(leaving);
    stream?.stop();
    stream = null;
  }
  /** Hear what changes; returns how to stop. */
  function listen(listener: Listener): () => void {
    listeners.add(listener);
    open();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) leaving = setTimeout(close, LINGER_MILLISECONDS);
    };
  }

  // The stream is of the log-in that it began with.
  watch(
    () => session.session,
    (known) => {
      close();
      if (known && listeners.size > 0) open();
    },
  );
  return { listen };
});
