/** What an act changed: the stored form before and after, field by field. */

export interface Change {
  /** Where it stands: the names of the fields from the outside in. */
  path: readonly string[];
  before: string | null;
  after: string | null;
}

/** How a single value is written; an object is never one. */
export type Say = (name: string, value: unknown) => string;

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Field {
  path: readonly string[];
  text: string;
}

function gather(value: unknown, path: readonly string[], say: Say, found: Map<string, Field>): Map<string, Field> {
  if (isFields(value)) {
    for (const [name, inner] of Object.entries(value)) gather(inner, [...path, name], say, found);
  } else if (Array.isArray(value) && value.some(isFields)) {
    for (const [at, inner] of value.entries()) gather(inner, [...path, String(at + 1)], say, found);
  } else if (value !== undefined) {
    found.set(path.join('\n'), { path, text: say(path.at(-1) ?? '', value) });
  }
  return found;
}

/** Every field that is not the same on both sides; of what was there once only, all of it. */
export function difference(before: unknown, after: unknown, say: Say): Change[] {
  const old = gather(before ?? {}, [], say, new Map());
  const now = gather(after ?? {}, [], say, new Map());
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((key) => ({
      path: (now.get(key) ?? old.get(key))?.path ?? [],
      before: old.get(key)?.text ?? null,
      after: now.get(key)?.text ?? null,
    }))
    .filter((one) => one.before !== one.after);
}
