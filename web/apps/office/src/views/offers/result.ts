/** The figures of a back-test that a page shows, read from what the server keeps of it. */
export interface Figures {
  orders: number;
  orders_with_draft: number;
  draft_minor: number;
  given_minor: number;
  replayed_minor: number;
  difference_minor: number;
  margin_given_minor: number;
  margin_minor: number;
  units: number;
  units_without_cost: number;
  not_proved: number;
  members_less: number;
  members_more: number;
  below_cost: number;
  displaced_minor: number;
  used_up_on: string | null;
}

export interface Weighed {
  name_zh: string;
  name_en: string;
  draft: boolean;
  orders: number;
  cost_minor: number;
  given_minor: number;
}

type Loose = Readonly<Record<string, unknown>>;

function part(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? (of as Loose)[name] : undefined;
}

function whole(of: unknown, name: string): number {
  const value = part(of, name);
  return typeof value === 'number' ? value : 0;
}

export function figuresIn(result: unknown): Figures {
  const totals = part(result, 'totals');
  const paying = part(result, 'paying');
  const used = part(part(result, 'burn'), 'used_up_on');
  return {
    orders: whole(totals, 'orders'),
    orders_with_draft: whole(totals, 'orders_with_draft'),
    draft_minor: whole(totals, 'draft_minor'),
    given_minor: whole(totals, 'given_minor'),
    replayed_minor: whole(totals, 'replayed_minor'),
    difference_minor: whole(totals, 'difference_minor'),
    margin_given_minor: whole(totals, 'margin_given_minor'),
    margin_minor: whole(totals, 'margin_minor'),
    units: whole(totals, 'units'),
    units_without_cost: whole(totals, 'units_without_cost'),
    not_proved: whole(totals, 'not_proved'),
    members_less: whole(paying, 'members_less'),
    members_more: whole(paying, 'members_more'),
    below_cost: whole(part(result, 'below_cost'), 'orders'),
    displaced_minor: whole(part(result, 'displaced'), 'amount_minor'),
    used_up_on: typeof used === 'string' ? used : null,
  };
}

/** The offers of a back-test, the dearest first. */
export function offersIn(result: unknown): Weighed[] {
  const rows = part(result, 'offers');
  return (Array.isArray(rows) ? rows : []).map((row) => ({
    name_zh: String(part(row, 'name_zh') ?? ''),
    name_en: String(part(row, 'name_en') ?? ''),
    draft: part(row, 'draft') === true,
    orders: whole(row, 'orders'),
    cost_minor: whole(row, 'cost_minor'),
    given_minor: whole(row, 'given_minor'),
  }));
}
