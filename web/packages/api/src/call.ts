import type { Operations } from './gen/operations.gen';

/** Why the server said no, as problem+json (RFC 9457), in both languages. */
export interface Problem {
  status: number;
  code: string;
  parameters: Record<string, unknown>;
  title_zh: string;
  title_en: string;
  detail_zh: string;
  detail_en: string;
  reference: string;
  errors?: { field: string; detail_zh: string; detail_en: string }[];
}

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

/** What a route takes under one of its headings; nothing when it takes none. */
type Needed<Field extends string, Given> = Given extends { [Key in Field]: infer Value }
  ? { [Key in Field]: Value }
  : unknown;
/** A query of which nothing is needed may be left out. */
type Asked<Given> = Given extends { query: infer Value }
  ? { query: Value }
  : Given extends { query?: infer Value }
    ? { query?: Value }
    : unknown;

export type AnswerOf<Key extends keyof Operations> = Operations[Key][1][keyof Operations[Key][1]];

export type Options<Key extends keyof Operations> = {
  signal?: AbortSignal;
  /** The command's id. A retry sends the same one. */
  command?: string;
  /** The version that a change was made on, or that is already known. */
  tag?: string | undefined;
} & Needed<'path', Operations[Key][0]> &
  Asked<Operations[Key][0]> &
  Needed<'body', Operations[Key][0]>;

export interface Tagged<Value> {
  /** Null when the known version is still the newest. */
  value: Value | null;
  tag: string | null;
}

export interface Caller {
  call<Key extends keyof Operations>(key: Key, options: Options<Key>): Promise<AnswerOf<Key>>;
  tagged<Key extends keyof Operations>(
    key: Key,
    options: Options<Key>,
  ): Promise<Tagged<AnswerOf<Key>>>;
}

type Word = string | number | null | undefined;

interface Loose {
  signal?: AbortSignal;
  command?: string;
  tag?: string | undefined;
  path?: Record<string, string>;
  query?: Record<string, Word | readonly Word[]>;
  body?: unknown;
}

function isProblem(json: unknown): json is Problem {
  return typeof json === 'object' && json !== null && 'code' in json && 'detail_zh' in json;
}

function address(template: string, options: Loose): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(options.path?.[name] ?? ''),
  );
  // Of several values each is named: kind=order&kind=coupon.
  const query = Object.entries(options.query ?? {})
    .flatMap(([name, given]) => [given].flat().map((value) => ({ name, value })))
    .filter(({ value }) => value !== undefined && value !== null && value !== '')
    .map(({ name, value }) => `${name}=${encodeURIComponent(String(value))}`);
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
    if (answer.status < 300 || answer.status === 304) return answer;
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
