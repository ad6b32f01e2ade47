/** What a simulation found, in lines that are read from the top: how many, told what, at which cost. */
export interface Found {
  members: number;
  entries: number;
  heldOut: number;
  messages: number;
  heldBack: { reason: string; count: number }[];
  gifts: number;
  giftsHighMinor: number;
  messagesLowMicro: number;
  messagesHighMicro: number;
  ends: { why: string; count: number }[];
  months: { month: string; entries: number }[];
}

const HELD_BACK = ['no_consent', 'capped_day', 'capped_week', 'too_late', 'quiet_hours'];

export function foundIn(told: Readonly<Record<string, number>>): Found {
  const of = (name: string) => told[name] ?? 0;
  const under = (prefix: string) =>
    Object.entries(told)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, count]) => ({ name: name.slice(prefix.length), count }));
  return {
    members: of('members'),
    entries: of('entries'),
    heldOut: of('held_out'),
    messages: of('messages'),
    heldBack: HELD_BACK.map((reason) => ({ reason, count: of(reason) })).filter((one) => one.count > 0),
    gifts: of('gifts'),
    giftsHighMinor: of('gifts_high_minor'),
    messagesLowMicro: of('messages_low_micro'),
    messagesHighMicro: of('messages_high_micro'),
    ends: under('end:')
      .map(({ name, count }) => ({ why: name, count }))
      .sort((one, other) => other.count - one.count),
    months: under('month:')
      .map(({ name, count }) => ({ month: name, entries: count }))
      .sort((one, other) => (one.month < other.month ? -1 : 1)),
  };
}

/** Minor units of an amount in millionths of the main unit, rounded up: a cost is not told too low. */
export function minorOf(micro: number, scale: number): number {
  return Math.ceil(micro / 10 ** (6 - scale));
}
