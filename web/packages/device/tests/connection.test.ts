import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchLink, type Link } from '../src/connection';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('the link is asked for at once, then seldom while it is up and often while it is down', async () => {
  const answers: Link[] = ['online', 'unreachable', 'unreachable', 'online'];
  const seen: Link[] = [];
  const watched = watchLink(
    (link) => seen.push(link),
    () => Promise.resolve(answers.shift() ?? 'online'),
  );
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).toEqual(['online']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(seen).toEqual(['online', 'unreachable']);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(seen).toEqual(['online', 'unreachable', 'unreachable', 'online']);
  watched.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen).toHaveLength(4);
});

test('asking now does not start a second round beside the first', async () => {
  let asked = 0;
  const watched = watchLink(
    () => undefined,
    () => {
      asked += 1;
      return Promise.resolve('online' as const);
    },
  );
  watched.askNow();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBe(3);
  watched.stop();
});
