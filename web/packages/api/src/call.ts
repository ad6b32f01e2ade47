import type { Problem } from './gen/types.gen';
import type { Operations } from './operations';

export interface Request {
  method: string;
  url: string;
  body?: string;
  headers: Record<string, string>;
  signal?: AbortSignal;
}
export interface Answer {
  status: number;
  json: unknown;
  tag: string | null;
}
/** How requests travel: the browser's fetch, a mini program's request, or a stub in a test. */
export type Transport = (request: Request) => Promise<Answer>;

/** The server said no, and why, in both languages. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

/** Nobody knows what the server did: no answer came, or one that is none. */
export class Unanswered extends Error {}

type Named<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never;
type Needed<Key extends string, Value> = [Value] extends [undefined]
  ? unknown
  : { [Field in Key]: Value };

export type Options<Key extends keyof Operations> = {
  signal?: AbortSignal;
  /** The command's id. A retry sends the same one. */
  command?: string;
  /** The version that a change was made on, or that is already known. */
  tag?: string | undefined;
} & ([Named<Key>] extends [never] ? unknown : { path: Record<Named<Key>, string> }) &
  Needed<'body', Operations[Key]['body']> &
  Needed<'query', Operations[Key]['query']>;

export interface Tagged<Value> {
  /** Null when the known version is still the newest. */
  value: Value | null;
  tag: string | null;
}

export interface Caller {
  call<Key extends keyof Operations>(key: Key, options: Options<Key>): Promise<Operations[Key]['answer']>;
  tagged<Key extends keyof Operations>(
    key: Key,
    options: Options<Key>,
  ): Promise<Tagged<Operations[Key]['answer']>>;
}

interface Loose {
  signal?: AbortSignal;
  command?: string;
  tag?: string | undefined;
  path?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
}

function isProblem(json: unknown): json is Problem {
  return typeof json === 'object' && json !== null && 'code' in json && 'detail_zh' in json;
}

function address(template: string, options: Loose): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(options.path?.[name] ?? ''),
  );
  const query = Object.entries(options.query ?? {})
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `/api/v1${path}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

/** Typed calls over one transport. `newId` names commands that carry no id of their own. */
export function caller(
  transport: Transport,
  given: { language: () => string; newId: () => string },
): Caller {
  async function send(key: string, options: Loose): Promise<Answer> {
    const [method = 'GET', template = ''] = key.split(' ');
    const headers: Record<string, string> = { 'Accept-Language': given.language() };
    if (method !== 'GET') headers['Idempotency-Key'] = options.command ?? given.newId();
    if (options.tag) headers[method === 'GET' ? 'If-None-Match' : 'If-Match'] = options.tag;
    const request: Request = { method, url: address(template, options), headers };
    if (options.signal) request.signal = options.signal;
    if (options.body !== undefined) {
      headers['Content-Type'] = 'application/json';
      request.body = JSON.stringify(options.body);
    }
    const answer = await transport(request);
    if (answer.status < 400) return answer;
    if (isProblem(answer.json)) throw new Refused(answer.json);
    throw new Unanswered(`status ${answer.status}`);
  }
  return {
    call: async (key, options) => (await send(key, options)).json as never,
    tagged: async (key, options) => {
      const answer = await send(key, options);
      return { value: answer.status === 304 ? null : (answer.json as never), tag: answer.tag };
    },
  };
}
