/** The one way from this till to the server. */
import { caller, Refused, Unanswered, type Answer } from '@regulars/api';
import { browserTransport, newId } from '@regulars/device';
import { either, language, t } from './text';

type Listener = () => void;
const signedOut = new Set<Listener>();

/** Hear when the server no longer knows this session. */
export function onSignedOut(listener: Listener): void {
  signedOut.add(listener);
}

export const server = caller(
  async (request): Promise<Answer> => {
    const answer = await browserTransport(request);
    const signingIn = request.url.startsWith('/api/v1/session') || request.url === '/api/v1/terminal';
    if (answer.status === 401 && !signingIn) for (const listener of signedOut) listener();
    return answer;
  },
  { language: () => language.value, newId },
);

/** A failure as the person at the till reads it. */
export function told(failure: unknown): string {
  if (failure instanceof Refused) {
    const { problem } = failure;
    const faults = (problem.errors ?? []).map(
      (fault) => `${fault.field}: ${either(fault.detail_zh, fault.detail_en)}`,
    );
    return [either(problem.detail_zh, problem.detail_en), ...faults].join(' · ');
  }
  if (failure instanceof Unanswered) return t('fault.unanswered');
  throw failure;
}

/** Whether the server refused for this reason. */
export function refusedAs(failure: unknown, code: string): boolean {
  return failure instanceof Refused && failure.problem.code === code;
}
