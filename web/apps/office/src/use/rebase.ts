/**
 * Two people change the same thing. She saw `base`, wants `mine`; meanwhile it became `theirs`.
 *
 * What only one of them touched needs no decision; what both changed, and differently, is a clash.
 */
export interface Clash {
  field: string;
  mine: unknown;
  theirs: unknown;
}

export type Fields = Record<string, unknown>;

/** Whether two values of a form are the same thing. */
export function alike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** What of the fields is not as it was. */
export function changesIn<Form extends Fields>(base: Form, now: Form): Partial<Form> {
  const changed = Object.entries(now).filter(([name, value]) => !alike(base[name], value));
  return Object.fromEntries(changed) as Partial<Form>;
}

export function rebase<Form extends Fields>(
  base: Form,
  mine: Form,
  theirs: Form,
): { merged: Form; clashes: Clash[] } {
  const merged: Fields = { ...theirs };
  const clashes: Clash[] = [];
  for (const [field, wanted] of Object.entries(changesIn(base, mine))) {
    merged[field] = wanted;
    const moved = !alike(base[field], theirs[field]);
    if (moved && !alike(wanted, theirs[field])) clashes.push({ field, mine: wanted, theirs: theirs[field] });
  }
  return { merged: merged as Form, clashes };
}
