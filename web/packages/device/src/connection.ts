/**
 * Whether the server answers, asked by a ping: `navigator.onLine` alone says nothing about it.
 *
 * `offline`: this till has no network. `unreachable`: it has one, but the server does not answer.
 * `busy`: the server answers that it cannot sell right now.
 */
export type Link = 'online' | 'busy' | 'unreachable' | 'offline';

const ONLINE_EVERY_MILLISECONDS = 10_000;
const DOWN_EVERY_MILLISECONDS = 2_000;
const PING_WITHIN_MILLISECONDS = 4_000;

/** One ping of the server. */
export async function ping(): Promise<Link> {
  try {
    const signal = AbortSignal.timeout(PING_WITHIN_MILLISECONDS);
    const response = await fetch('/healthz', { cache: 'no-store', signal });
    // An answer that nobody reads keeps its connection until the ping is given up.
    await response.arrayBuffer();
    return response.ok ? 'online' : 'busy';
  } catch {
    return navigator.onLine ? 'unreachable' : 'offline';
  }
}

/** Ask again and again, sooner while the link is down; returns how to stop. */
export function watchLink(
  changed: (link: Link) => void,
  ask: () => Promise<Link> = ping,
): { askNow: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let round = 0;
  const again = async (mine: number): Promise<void> => {
    const link = await ask();
    if (mine !== round) return;
    changed(link);
    const wait = link === 'online' ? ONLINE_EVERY_MILLISECONDS : DOWN_EVERY_MILLISECONDS;
    timer = setTimeout(askNow, wait);
  };
  const askNow = (): void => {
    clearTimeout(timer);
    round += 1;
    void again(round);
  };
  askNow();
  return {
    askNow,
    stop: () => {
      clearTimeout(timer);
      round += 1;
    },
  };
}
