/** Programmes in words: the pages' texts, and what each part of a promise is called. */
import { usePlace } from '../../stores/place';
import { speaker } from '../../text';
import partsEn from './parts.en.json';
import partsZh from './parts.zh-CN.json';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

type PartKey = keyof typeof partsZh;

export const t = speaker<keyof typeof zh>(zh, en);
const p = speaker<PartKey>(partsZh, partsEn);

function spoken(key: string, otherwise: string): string {
  return key in partsZh ? p(key as PartKey) : otherwise;
}

/** What a part is called; `path` leads to it from its kind: "draw.prizes.weight". */
export function partName(path: string): string {
  return spoken(`part.${path}`, path);
}

/** A line of help for a part, where there is one. */
export function partHow(path: string): string {
  return spoken(`how.${path}`, '');
}

/** What one of a part's choices is called. */
export function choiceName(path: string, code: string): string {
  return spoken(`choice.${path}.${code}`, code);
}

export function kindName(kind: string): string {
  return spoken(`kind.${kind}`, kind);
}

export function kindHow(kind: string): string {
  return spoken(`kind_how.${kind}`, '');
}

/** What a store of hers is called. */
export function useStoreName(): (id: string) => string {
  return usePlace().storeName;
}
