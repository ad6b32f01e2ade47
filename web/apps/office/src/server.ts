/** The one way from the back office to the server, and what its "no" means for a form. */
import { caller, Refused, Unanswered, type Answer, type Transport } from '@regulars/api';
import { browserTransport, newId } from '@regulars/device';
import { faultsIn, type Faults } from './faults';
import { either, language, t } from './text';

/** Asks the person to sign in again; says whether she did. */
type SignInAgain = () => Promise<boolean>;
let signInAgain: SignInAgain = async () => false;
let unanswered = (): void => undefined;

/** Say who asks for a new sign-in when the server no longer knows this one. */
export function whenSignedOut(ask: SignInAgain): void {
  signInAgain = ask;
}

/** Say who wants to hear that a request got no answer. */
export function whenUnanswered(listener: () => void): void {
  unanswered = listener;
}

/** An answer, or at once the question whether the server is there at all. */
const transport: Transport = async (request) => {
  try {
    return await browserTransport(request);
  } catch (failure) {
    if (failure instanceof Unanswered) unanswered();
    throw failure;
  }
};

export const server = caller(
  async (request): Promise<Answer> => {
    const answer = await transport(request);
    if (answer.status !== 401 || request.url.startsWith('/api/v1/session')) return answer;
    // Nothing is lost: the same request, with the same key, goes out again after the sign-in.
    return (await signInAgain()) ? transport(request) : answer;
  },
  { language: () => language.value, newId },
);

/** Whether a page left before its answer came. */
export function isLeft(failure: unknown): boolean {
  return failure instanceof DOMException && failure.name === 'AbortError';
}

/** A failure in words. */
export function told(failure: unknown): string {
  if (failure instanceof Refused) return either(failure.problem.detail_zh, failure.problem.detail_en);
  if (failure instanceof Unanswered) return t('fault.unanswered');
  throw failure;
}

/** Whether the server refused for this reason. */
export function refusedAs(failure: unknown, code: string): boolean {
  return failure instanceof Refused && failure.problem.code === code;
}

/** What is wrong with which field of a form, and what is to be told above it. */
export function faultsOf(
  failure: unknown,
  fields: readonly string[],
  byCode: Readonly<Record<string, string>> = {},
): Faults {
  if (!(failure instanceof Refused)) return { at: {}, above: told(failure) };
  return faultsIn(failure.problem, { fields, byCode }, either);
}
