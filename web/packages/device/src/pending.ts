/**
 * A sale that was sent and whose answer is not known yet. It is on the disk before it leaves, so
 * that neither a lost answer nor a reload can charge a guest twice or forget that she paid.
 *
 * It holds ids and amounts, and nothing that names a person.
 */
import { Refused, Unanswered } from '@regulars/api';
import type { Uuid } from '@regulars/shared';

export interface Pending<Body> {
  command: Uuid;
  body: Body;
}

/** The part of `localStorage` that is needed. */
export interface Disk {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export type Outcome<Answer> =
  | { kind: 'answered'; answer: Answer }
  | { kind: 'refused'; refusal: Refused }
  | { kind: 'unknown'; signIn: boolean };

const NAME = 'regulars.pending-sale';
const TRY_AGAIN = new Set([401, 408, 425, 429]);
const IN_FLIGHT = 'command.in_flight';

/** Whether the answer leaves it open what happened to the command. */
export function isUndecided(failure: unknown): boolean {
  if (failure instanceof Unanswered) return true;
  if (!(failure instanceof Refused)) return false;
  const { status, code } = failure.problem;
  return TRY_AGAIN.has(status) || status >= 500 || code === IN_FLIGHT;
}

/** The sale that was left without an answer, if there is one. */
export function pendingSale<Body>(disk: Disk): Pending<Body> | null {
  const text = disk.getItem(NAME);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Pending<Body>;
  } catch {
    disk.removeItem(NAME);
    return null;
  }
}

/** Send a sale, kept on the disk until the server has decided it. */
export async function sendKept<Body, Answer>(
  pending: Pending<Body>,
  send: (pending: Pending<Body>) => Promise<Answer>,
  disk: Disk,
): Promise<Outcome<Answer>> {
  disk.setItem(NAME, JSON.stringify(pending));
  try {
    const answer = await send(pending);
    disk.removeItem(NAME);
    return { kind: 'answered', answer };
  } catch (failure) {
    if (isUndecided(failure)) {
      const signIn = failure instanceof Refused && failure.problem.status === 401;
      return { kind: 'unknown', signIn };
    }
    disk.removeItem(NAME);
    if (failure instanceof Refused) return { kind: 'refused', refusal: failure };
    throw failure;
  }
}
