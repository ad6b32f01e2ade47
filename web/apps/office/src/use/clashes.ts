/** Words for what two people wrote into one field, as the table of a clash takes them. */
import type { Clash } from './rebase';

export type ClashWords = Record<string, Record<string, string>>;

/** `says` knows the words of a field's values; a field that it does not name is shown as it is. */
export function clashWords(clashes: readonly Clash[] | null, says: Readonly<Record<string, (value: unknown) => string>>): ClashWords {
  const words: ClashWords = {};
  for (const { field, mine, theirs } of clashes ?? []) {
    const say = says[field];
    const known = [mine, theirs].filter((value) => value !== null && value !== undefined && value !== '');
    if (say) words[field] = Object.fromEntries(known.map((value) => [String(value), say(value)]));
  }
  return words;
}
