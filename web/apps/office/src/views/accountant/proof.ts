/** What a proof found, read from the report that was kept of it. */

export interface Difference {
  what: string;
  subject: string | null;
  account: number | null;
  wanted: number | null;
  found: number | null;
}

export interface Check {
  name: string;
  rows: number;
  /** Not every difference is listed. */
  more: boolean;
  differences: readonly Difference[];
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const figure = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function differenceIn(told: Fields): Difference {
  return {
    what: text(told.what),
    subject: text(told.subject) || null,
    account: figure(told.account),
    wanted: figure(told.wanted),
    found: figure(told.found),
  };
}

/** The checks of a report; of none, none. */
export function checksIn(report: Fields | null): Check[] {
  return list(report?.checks).map((told) => ({
    name: text(told.name),
    rows: figure(told.rows_checked) ?? 0,
    more: told.more === true,
    differences: list(told.differences).map(differenceIn),
  }));
}
