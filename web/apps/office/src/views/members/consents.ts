/** The record of choices is only ever added to: the newest of each purpose and channel counts. */
export interface Choice {
  channel: string;
  purpose: string;
  granted: boolean;
}

/** What is allowed now, by a record that is oldest first. */
export function inForce<Kept extends Choice>(record: readonly Kept[]): Kept[] {
  const newest = new Map<string, Kept>();
  for (const one of record) newest.set(`${one.purpose}/${one.channel}`, one);
  return [...newest.values()].filter((one) => one.granted);
}
