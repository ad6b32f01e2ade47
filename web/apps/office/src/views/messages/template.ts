/** A template as its form has it: one text for each channel and language, with names to be filled. */
import type { Operations } from '@regulars/api';

export type Body = Operations['POST /message-templates/check'][0]['body'];
export type Variant = Body['variants'][number];
export type Channel = Variant['channel'];
export type Tongue = Variant['language'];

export const CHANNELS: readonly Channel[] = ['sms', 'email', 'wechat', 'wecom', 'push', 'till', 'webhook', 'console'];
export const TONGUES: readonly Tongue[] = ['zh-CN', 'en'];
export const PURPOSES = ['marketing', 'service'] as const;
export const CATEGORIES = ['news', 'win_back', 'birthday', 'coupon', 'balance', 'visit'] as const;

export interface Form extends Record<string, unknown> {
  code: string;
  name_zh: string;
  name_en: string;
  purpose: Body['purpose'];
  category: string;
  variants: string;
  links: string;
}

export function variantsOf(form: Pick<Form, 'variants'>): Variant[] {
  return JSON.parse(form.variants) as Variant[];
}

export function linksOf(form: Pick<Form, 'links'>): Record<string, string> {
  return JSON.parse(form.links) as Record<string, string>;
}

export function bodyOf(form: Form): Body {
  const { name_zh, name_en, purpose, category } = form;
  return { name_zh, name_en, purpose, category, variants: variantsOf(form), links: linksOf(form) };
}

/** A channel with an empty text in each language. */
export function withChannel(variants: readonly Variant[], channel: Channel): Variant[] {
  return [...variants, ...TONGUES.map((language): Variant => ({ channel, language, text: '', variables: {} }))];
}

export function channelsOf(variants: readonly Variant[]): Channel[] {
  return [...new Set(variants.map((one) => one.channel))];
}

const NAME = /\{\{\s*([a-z_]+)\s*(\|[^}]*)?\}\}/g;

export interface Used {
  name: string;
  guarded: boolean;
}

/** The names that a text holds, and whether each says what stands there when it is not known. */
export function usedIn(text: string): Used[] {
  return [...text.matchAll(NAME)].map(([, name = '', filters = '']) => ({ name, guarded: /fallback:"[^"]+"/.test(filters) }));
}

/** A name as it stands in a text: `{{name|fallback:"friend"}}`. */
export function placed(name: string, fallback: string | null): string {
  const filter = fallback === null ? '' : `|fallback:"${fallback.replaceAll('"', '')}"`;
  return `{{${name}${filter}}}`;
}

/** The names that may be missing and have no fallback in a text, but for links that lead somewhere. */
export function bareIn(text: string, nullable: ReadonlySet<string>, links: Readonly<Record<string, string>>): string[] {
  const bare = usedIn(text).filter((one) => !one.guarded && nullable.has(one.name) && !links[one.name]);
  return [...new Set(bare.map((one) => one.name))];
}

/** A text with something put in where the caret stood; English words keep their distance. */
export function inserted(text: string, part: string, caret: number, language: Tongue): string {
  const [before, after] = [text.slice(0, caret), text.slice(caret)];
  if (language !== 'en') return before + part + after;
  const left = /[\p{L}\p{N},.!?;:}]$/u.test(before) ? ' ' : '';
  const right = /^[\p{L}\p{N}{]/u.test(after) ? ' ' : '';
  return before + left + part + right + after;
}

/** What a name is called, in both languages. */
export interface Called {
  name: string;
  name_zh: string;
  name_en: string;
}

const PLAIN = /^\s*(?:\|\s*fallback:"([^"]*)")?\s*$/;
const WORD = /(?<!\{)\{([^{}:：\n]+)(?:[:：] ?([^{}\n]*))?\}(?!\})/g;

/**
 * A text as its author reads it: "{Member's name: friend}" where `{{name|fallback:"friend"}}` is kept.
 * A name with further marks stays as it is kept.
 */
export function worded(text: string, names: readonly Called[], language: Tongue): string {
  return text.replace(NAME, (tag: string, name: string, filters: string | undefined) => {
    const found = names.find((one) => one.name === name);
    const said = PLAIN.exec(filters ?? '');
    if (!found || !said) return tag;
    const called = language === 'en' ? found.name_en : found.name_zh;
    if (said[1] === undefined) return `{${called}}`;
    return language === 'en' ? `{${called}: ${said[1]}}` : `{${called}：${said[1]}}`;
  });
}

/** The same text as it is kept: the other way round, whichever language the names are in. */
export function coded(text: string, names: readonly Called[]): string {
  return text.replace(WORD, (tag: string, called: string, fallback: string | undefined) => {
    const word = called.trim();
    const found = names.find((one) => one.name_zh === word || one.name_en === word);
    return found ? placed(found.name, fallback ?? null) : tag;
  });
}

/** What stands in braces and is no name: it would be sent as it is. */
export function strangeIn(text: string): string[] {
  return [...new Set([...text.matchAll(WORD)].map(([tag]) => tag))];
}
