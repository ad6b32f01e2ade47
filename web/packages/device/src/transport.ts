import { Unanswered, type Transport } from '@regulars/api';

const ANSWER_WITHIN_MILLISECONDS = 15_000;

function both(own: AbortSignal, given: AbortSignal | undefined): AbortSignal {
  return given ? AbortSignal.any([own, given]) : own;
}

/** Requests over the browser's fetch; whatever is no answer becomes `Unanswered`. */
export const browserTransport: Transport = async (request) => {
  const late = AbortSignal.timeout(ANSWER_WITHIN_MILLISECONDS);
  const { method, headers } = request;
  try {
    const response = await fetch(request.url, {
      method,
      headers,
      body: request.body ?? null,
      signal: both(late, request.signal),
      credentials: 'same-origin',
      cache: 'no-store',
    });
    const text = await response.text();
    const json: unknown = text === '' ? null : JSON.parse(text);
    return { status: response.status, json, tag: response.headers.get('ETag') };
  } catch (failure) {
    if (request.signal?.aborted) throw failure;
    throw new Unanswered(failure instanceof Error ? failure.name : 'network');
  }
};
