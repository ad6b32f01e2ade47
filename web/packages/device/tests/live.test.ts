import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenLive, spaced, type Change, type EventStream, type Surroundings } from '../src/live';

type Listener = Parameters<EventStream['addEventListener']>[1];

class Stream implements EventStream {
  isOpen = true;
  private readonly listeners = new Map<string, Listener>();
  constructor(readonly after: string | null) {}
  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, listener);
  }
  tell(type: string, data: unknown = {}, lastEventId = ''): void {
    this.listeners.get(type)?.({ data: JSON.stringify(data), lastEventId });
  }
  close(): void {
    this.isOpen = false;
  }
}

/** A page that can be hidden and touched, and the streams that were opened for it. */
class Page implements Surroundings {
  streams: Stream[] = [];
  seen = true;
  private seeing: () => void = () => undefined;
  private touching: () => void = () => undefined;
  open(after: string | null): Stream {
    const stream = new Stream(after);
    this.streams.push(stream);
    return stream;
  }
  isSeen(): boolean {
    return this.seen;
  }
  whenSeen(changed: () => void): () => void {
    this.seeing = changed;
    return () => (this.seeing = () => undefined);
  }
  whenTouched(touched: () => void): () => void {
    this.touching = touched;
    return () => (this.touching = () => undefined);
  }
  chance(): number {
    return 0.5;
  }
  show(seen: boolean): void {
    this.seen = seen;
    this.seeing();
  }
  touch(): void {
    this.touching();
  }
  get last(): Stream {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error('no stream was opened');
    return stream;
  }
  get openCount(): number {
    return this.streams.filter((one) => one.isOpen).length;
  }
}

class Ear {
  changes: Change[] = [];
  looks = 0;
  changed(changes: readonly Change[]): void {
    this.changes.push(...changes);
  }
  lookAgain(): void {
    this.looks += 1;
  }
}

const ORDER: Change = { topic: 'orders', store_id: null };
const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what the server tells is heard, and the first stream makes nobody look again', () => {
  const [page, ear] = [new Page(), new Ear()];
  listenLive(ear, page);
  expect(page.last.after).toBeNull();
  page.last.tell('listening', {}, '7.1');
  page.last.tell('changed', { changed: [ORDER] }, '8.1');
  expect(ear.changes).toEqual([ORDER]);
  expect(ear.looks).toBe(0);
  page.last.tell('look_again', {}, '9.1');
  expect(ear.looks).toBe(1);
});

test('a stream that breaks comes back at its place, later each time it fails', async () => {
  const [page, ear] = [new Page(), new Ear()];
  listenLive(ear, page);
  page.last.tell('listening', {}, '7.1');
  page.last.tell('error');
  expect(page.openCount).toBe(0);
  await vi.advanceTimersByTimeAsync(999);
  expect(page.streams).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(page.last.after).toBe('7.1');
  page.last.tell('error');
  await vi.advanceTimersByTimeAsync(1_999);
  expect(page.streams).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(page.streams).toHaveLength(3);
  for (let failed = 0; failed < 12; failed += 1) {
    page.last.tell('error');
    await vi.advanceTimersByTimeAsync(60_000);
  }
  expect(page.streams).toHaveLength(15);
  page.last.tell('listening', {}, '9.1');
  expect(ear.looks).toBe(0);
  page.last.tell('error');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(page.streams).toHaveLength(16);
});

test('without a place to come back to everything is looked at again', async () => {
  const [page, ear] = [new Page(), new Ear()];
  listenLive(ear, page);
  page.last.tell('error');
  await vi.advanceTimersByTimeAsync(1_000);
  page.last.tell('listening', {}, '7.1');
  expect(ear.looks).toBe(1);
});

test('a page that is hidden for long lets go of its stream, and takes it up when it is seen', async () => {
  const [page, ear] = [new Page(), new Ear()];
  listenLive(ear, page);
  page.last.tell('listening', {}, '7.1');
  page.show(false);
  await vi.advanceTimersByTimeAsync(29_000);
  page.show(true);
  await vi.advanceTimersByTimeAsync(29_000);
  expect([page.openCount, page.streams.length]).toEqual([1, 1]);
  page.show(false);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(page.openCount).toBe(0);
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(page.streams).toHaveLength(1);
  page.show(true);
  expect(page.last.after).toBe('7.1');
  expect(page.openCount).toBe(1);
});

test('a page that nobody touches for an hour rests until somebody does', async () => {
  const [page, ear] = [new Page(), new Ear()];
  listenLive(ear, page);
  page.last.tell('listening', {}, '7.1');
  await vi.advanceTimersByTimeAsync(HOUR - 1_000);
  page.touch();
  await vi.advanceTimersByTimeAsync(HOUR - 1_000);
  expect(page.openCount).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(page.openCount).toBe(0);
  page.touch();
  expect([page.openCount, page.last.after]).toEqual([1, '7.1']);
});

test('after the end of the log-in, or a stop, nothing is opened any more', async () => {
  const [page, ear] = [new Page(), new Ear()];
  const live = listenLive(ear, page);
  page.last.tell('ended');
  expect(page.openCount).toBe(0);
  page.show(true);
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(page.streams).toHaveLength(1);
  live.stop();

  const other = new Page();
  const stopped = listenLive(ear, other);
  const stream = other.last;
  stopped.stop();
  stream.tell('changed', { changed: [ORDER] });
  other.show(true);
  other.touch();
  await vi.advanceTimersByTimeAsync(HOUR);
  expect([other.openCount, other.streams.length, ear.changes]).toEqual([0, 1, []]);
});

test('a page that is not seen opens no stream', () => {
  const page = new Page();
  page.seen = false;
  listenLive(new Ear(), page);
  expect(page.streams).toHaveLength(0);
  page.show(true);
  expect(page.streams).toHaveLength(1);
});

test('looks are apart, and many wishes are one look more', async () => {
  let looks = 0;
  const seen = spaced(() => (looks += 1), { apartMilliseconds: 2_000, held: () => false });
  seen.want();
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toBe(1);
  for (let wish = 0; wish < 50; wish += 1) seen.want();
  await vi.advanceTimersByTimeAsync(1_999);
  expect(looks).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(looks).toBe(2);
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(looks).toBe(2);
});

test('while somebody is in the middle of something the look waits, and is not forgotten', async () => {
  let [looks, held] = [0, true];
  const seen = spaced(() => (looks += 1), { apartMilliseconds: 2_000, held: () => held });
  seen.want();
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(looks).toBe(0);
  held = false;
  seen.go();
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toBe(1);
  // She begins something between the wish and the look.
  seen.want();
  held = true;
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(looks).toBe(1);
  held = false;
  seen.go();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(looks).toBe(2);
  seen.want();
  seen.stop();
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(looks).toBe(2);
});
