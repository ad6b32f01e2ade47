/**
 * Hears from the server that something changed, so that an open page can ask for it anew. The server
 * tells only that: topics and stores, nothing of anybody.
 *
 * One stream is open while the page is seen and somebody is at it: a browser keeps six connections to a
 * server, and a page that nobody touches for an hour must not keep a log-in alive.
 */
import type { AnswerOf } from '@regulars/api';

export type Change = AnswerOf<'GET /events'>['changed'][number];
export type Topic = Change['topic'];

export interface Heard {
  changed(changes: readonly Change[]): void;
  /** Anything may have changed. */
  lookAgain(): void;
}

/** The part of an `EventSource` that is needed. */
export interface EventStream {
  addEventListener(type: string, listener: (event: { data?: unknown; lastEventId?: string }) => void): void;
  close(): void;
}

/** Where a stream lives: the browser, or a stub in a test. */
export interface Surroundings {
  open(after: string | null): EventStream;
  isSeen(): boolean;
  /** Calls back when the page comes into sight or goes out of it; returns how to stop. */
  whenSeen(changed: () => void): () => void;
  /** Calls back whenever somebody types, points or touches; returns how to stop. */
  whenTouched(touched: () => void): () => void;
  chance(): number;
}

const HIDDEN_MILLISECONDS = 30_000;
const UNTOUCHED_MILLISECONDS = 60 * 60_000;
const FIRST_WAIT_MILLISECONDS = 1_000;
const LONGEST_WAIT_MILLISECONDS = 60_000;
const TOUCHES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

export const browser: Surroundings = {
  open: (after) => new EventSource(after ? `/api/v1/events?after=${after}` : '/api/v1/events'),
  isSeen: () => document.visibilityState === 'visible',
  whenSeen: (changed) => {
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  },
  whenTouched: (touched) => {
    for (const name of TOUCHES) globalThis.addEventListener(name, touched, { passive: true });
    return () => {
      for (const name of TOUCHES) globalThis.removeEventListener(name, touched);
    };
  },
  chance: () => Math.random(),
};

function changesIn(data: unknown): readonly Change[] {
  return typeof data === 'string' ? (JSON.parse(data) as { changed: readonly Change[] }).changed : [];
}

/** Listen until told to stop; a stream that breaks is opened again, later each time. */
export function listenLive(heard: Heard, around: Surroundings = browser): { stop: () => void } {
  let stream: EventStream | null = null;
  let lastId: string | null = null;
  let failures = 0;
  /** A stream was there before, so that something may have been missed. */
  let isAgain = false;
  let isOver = false;
  let touchedAt = Date.now();
  let opening: ReturnType<typeof setTimeout> | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  function close(): void {
    clearTimeout(opening);
    clearTimeout(waiting);
    stream?.close();
    stream = null;
  }
  function open(): void {
    if (stream || isOver || !around.isSeen()) return;
    clearTimeout(opening);
    const mine = around.open(lastId);
    stream = mine;
    const hear = (type: string, then: (data: unknown) => void): void =>
      mine.addEventListener(type, (event) => {
        if (stream !== mine) return;
        if (event.lastEventId) lastId = event.lastEventId;
        then(event.data);
      });
    const hadPlace = lastId !== null;
    hear('listening', () => {
      failures = 0;
      // With its place the server tells what was missed.
      if (isAgain && !hadPlace) heard.lookAgain();
      isAgain = true;
    });
    hear('changed', (data) => heard.changed(changesIn(data)));
    hear('look_again', () => heard.lookAgain());
    hear('ended', () => {
      isOver = true;
      close();
    });
    hear('error', again);
    restIfUntouched();
  }
  function again(): void {
    close();
    isAgain = true;
    const wait = Math.min(LONGEST_WAIT_MILLISECONDS, FIRST_WAIT_MILLISECONDS * 2 ** failures);
    failures += 1;
    // Not all at once when a server comes back.
    opening = setTimeout(open, wait * (0.5 + around.chance()));
  }
  function restIfUntouched(): void {
    clearTimeout(waiting);
    const left = touchedAt + UNTOUCHED_MILLISECONDS - Date.now();
    if (left <= 0) close();
    else waiting = setTimeout(restIfUntouched, left);
  }

  const unseen = around.whenSeen(() => {
    clearTimeout(hiding);
    if (around.isSeen()) {
      // Whoever brings the page into sight is at it.
      touchedAt = Date.now();
      open();
    } else hiding = setTimeout(close, HIDDEN_MILLISECONDS);
  });
  const untouched = around.whenTouched(() => {
    const rested = Date.now() - touchedAt >= UNTOUCHED_MILLISECONDS;
    touchedAt = Date.now();
    if (rested) open();
  });
  open();
  return {
    stop: () => {
      isOver = true;
      clearTimeout(hiding);
      unseen();
      untouched();
      close();
    },
  };
}

/**
 * Looks again, soon after it is wanted, and never twice within so long; what is wanted meanwhile is one
 * more look. While it is `held` nothing is looked at: call `go` when it is so no longer.
 */
export function spaced(
  look: () => void,
  given: { apartMilliseconds: number; held: () => boolean },
): { want: () => void; go: () => void; stop: () => void } {
  let isWanted = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function go(): void {
    if (!isWanted || timer !== undefined || given.held()) return;
    timer = setTimeout(run, Math.max(0, lookedAt + given.apartMilliseconds - Date.now()));
  }
  function run(): void {
    timer = undefined;
    if (!isWanted || given.held()) return;
    isWanted = false;
    lookedAt = Date.now();
    look();
  }
  return {
    want: () => {
      isWanted = true;
      go();
    },
    go,
    stop: () => {
      clearTimeout(timer);
      isWanted = false;
    },
  };
}
