/** The reports that exist: in which group each stands, and which charts it offers. */
import type { AnswerOf } from '@regulars/api';
import type { Figure, Metric, ReportName, ReportRow } from '../../figures';
import type { Hue } from '../../parts/chart';

export type Spec = AnswerOf<'GET /reports'>[number];

export const GROUPS = ['trade', 'members', 'marketing', 'value'] as const;
export type Group = (typeof GROUPS)[number];

export const GROUP_OF: Readonly<Record<ReportName, Group>> = {
  today: 'trade',
  sales: 'trade',
  hours: 'trade',
  dayparts: 'trade',
  sources: 'trade',
  stores: 'trade',
  staff: 'trade',
  tenders: 'trade',
  takings: 'trade',
  products: 'trade',
  growth: 'members',
  repurchase: 'members',
  rfm: 'members',
  tiers: 'members',
  coupons: 'marketing',
  campaigns: 'marketing',
  value: 'value',
};

export type Several = 'members' | 'coupons' | 'funnel' | 'lift' | 'money' | 'points';

export interface View {
  /** A figure by itself goes by its own name. */
  name: Several | Metric;
  /** `rows`: figures by row; `steps`: the figures of one row, one after another; `intervals`: with their ends. */
  kind: 'rows' | 'steps' | 'intervals';
  drawn: readonly (readonly [Metric, Hue])[];
}

const SEVERAL: Partial<Record<ReportName, readonly View[]>> = {
  growth: [
    {
      name: 'members',
      kind: 'rows',
      drawn: [['members_joined', 'new'], ['members_active', 'active'], ['members_sleeping', 'sleeping'], ['members_lost', 'lost']],
    },
  ],
  coupons: [
    { name: 'coupons', kind: 'rows', drawn: [['coupons_issued', 'new'], ['coupons_used', 'active'], ['coupons_expired', 'lost']] },
  ],
  campaigns: [
    {
      name: 'funnel',
      kind: 'steps',
      drawn: [
        ['campaign_invited', 'active'],
        ['campaign_reached', 'active'],
        ['campaign_clicked', 'active'],
        ['campaign_redeemed', 'active'],
        ['campaign_bought', 'active'],
      ],
    },
    { name: 'lift', kind: 'intervals', drawn: [['campaign_lift_minor', 'active']] },
  ],
  value: [
    {
      name: 'money',
      kind: 'rows',
      drawn: [['value_paid_in_minor', 'new'], ['value_used_minor', 'active'], ['value_expired_minor', 'lost']],
    },
    { name: 'points', kind: 'rows', drawn: [['points_given', 'new'], ['points_used', 'active'], ['points_expired', 'lost']] },
  ],
};

const HUE_OF: Partial<Record<Metric, Hue>> = {
  members_joined: 'new',
  members_won_back: 'new',
  members_sleeping: 'sleeping',
  members_lost: 'lost',
  members_turned_lost: 'lost',
  coupons_expired: 'lost',
  points_expired: 'lost',
  value_expired_minor: 'lost',
};

/** A day's takings by store and tender are as many rows as nobody can read in a picture. */
const UNDRAWN: readonly Spec['dimension'][] = ['class', 'all', 'taking'];

/** The charts of a report, the usual one first; a grid and a single total are drawn as tables. */
export function viewsOf(spec: Spec): readonly View[] {
  if (UNDRAWN.includes(spec.dimension)) return [];
  const single = spec.metrics.map((figure): View => {
    const hue = HUE_OF[figure.metric] ?? (figure.unit === 'money' ? 'spend' : 'active');
    return { name: figure.metric, kind: 'rows', drawn: [[figure.metric, hue]] };
  });
  return [...(SEVERAL[spec.report] ?? []), ...single];
}

/** Of these a list is kept for a row alone. */
const OF_ROWS_ALONE: readonly Metric[] = ['goods_orders', 'members_in_class', 'members_in_tier', 'tender_orders'];

/** What a figure of a row leads to: the orders, members, refunds or coupons that it counts, or nothing. */
export function leadsTo(figure: Figure, row: ReportRow): Figure['drill'] {
  if (figure.drill === null || !row.figures[figure.metric]) return null;
  if (row.key === null) return OF_ROWS_ALONE.includes(figure.metric) ? null : figure.drill;
  // A row of nobody has no key to ask by.
  return row.key === '' ? null : figure.drill;
}
