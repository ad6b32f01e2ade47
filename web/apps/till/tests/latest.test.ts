import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { latest } from '../src/latest';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Open {
  question: number;
  signal: AbortSignal;
  answer: (text: string) => void;
  fail: (failure: Error) => void;
}

function asking() {
  const open: Open[] = [];
  const answered: [number, string][] = [];
  const failed: number[] = [];
  const asked = latest<number, string>(
    (question, signal) =>
      new Promise((answer, fail) => {
        open.push({ question, signal, answer, fail });
      }),
    {
      answered: (question, answer) => answered.push([question, answer]),
      failed: (question) => failed.push(question),
    },
    60,
  );
  return { asked, open, answered, failed };
}

test('a burst of taps is one question: the last', async () => {
  const { asked, open } = asking();
  asked.ask(1);
  await vi.advanceTimersByTimeAsync(40);
  asked.ask(2);
  await vi.advanceTimersByTimeAsync(40);
  asked.ask(3);
  await vi.advanceTimersByTimeAsync(60);
  expect(open.map((one) => one.question)).toEqual([3]);
});

test('a late answer to an old question is not heard', async () => {
  const { asked, open, answered } = asking();
  asked.ask(1);
  await vi.advanceTimersByTimeAsync(60);
  asked.ask(2);
  await vi.advanceTimersByTimeAsync(60);
  expect(open[0]?.signal.aborted).toBe(true);
  open[1]?.answer('two');
  open[0]?.answer('one');
  await vi.advanceTimersByTimeAsync(0);
  expect(answered).toEqual([[2, 'two']]);
});

test('nothing is heard after cancelling', async () => {
  const { asked, open, answered, failed } = asking();
  asked.ask(1);
  await vi.advanceTimersByTimeAsync(60);
  asked.cancel();
  open[0]?.fail(new Error('aborted'));
  await vi.advanceTimersByTimeAsync(0);
  expect([answered, failed]).toEqual([[], []]);
});

test('a failure of the newest question is heard', async () => {
  const { asked, open, failed } = asking();
  asked.ask(4);
  await vi.advanceTimersByTimeAsync(60);
  open[0]?.fail(new Error('down'));
  await vi.advanceTimersByTimeAsync(0);
  expect(failed).toEqual([4]);
});
