/** Ask about the newest question only: earlier ones are dropped, and late answers ignored. */
export interface Latest<Question> {
  ask(question: Question): void;
  cancel(): void;
}

export interface Heard<Question, Answer> {
  answered(question: Question, answer: Answer): void;
  failed(question: Question, failure: unknown): void;
}

/** Units: `pause` in milliseconds, so that a burst of taps is one question. */
export function latest<Question, Answer>(
  send: (question: Question, signal: AbortSignal) => Promise<Answer>,
  heard: Heard<Question, Answer>,
  pause: number,
): Latest<Question> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;

  function cancel(): void {
    clearTimeout(timer);
    running?.abort();
    running = undefined;
  }

  async function start(question: Question): Promise<void> {
    const mine = new AbortController();
    running = mine;
    try {
      const answer = await send(question, mine.signal);
      if (running === mine) heard.answered(question, answer);
    } catch (failure) {
      if (running === mine) heard.failed(question, failure);
    }
  }

  return {
    ask(question) {
      cancel();
      timer = setTimeout(() => void start(question), pause);
    },
    cancel,
  };
}
