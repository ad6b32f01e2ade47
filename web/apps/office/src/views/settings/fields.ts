/** Every rule that a shop may set: where it stands, and what kind of value it takes. */
export type Unit = 'points' | 'growth' | 'days' | 'months' | 'minutes' | 'visits' | 'times' | 'messages' | 'members' | 'people' | 'coupons';

export type Kind =
  | { kind: 'whole'; low: number; high: number; unit: Unit; orNone?: true }
  | { kind: 'money'; low: number; high: number }
  | { kind: 'rate'; low: number; high: number; orNone?: true }
  | { kind: 'clock'; low: number; high: number }
  | { kind: 'micro'; low: number; high: number }
  | { kind: 'choice'; choices: readonly string[] }
  | { kind: 'edges'; high: number; unit: Unit | 'money' }
  | { kind: 'coupons' | 'day_flags' | 'exclusive' | 'fees' | 'gift' | 'ladder' | 'law_off' | 'tier_gifts' | 'top_up_offers' };

export interface FieldKind {
  name: string;
  group: string;
  takes: Kind;
  /** Asked of head office alone: what a region or store sets has no effect. */
  ofHeadOffice?: true;
}

const whole = (unit: Unit, low: number, high: number): Kind => ({ kind: 'whole', unit, low, high });
const money = (low: number, high: number): Kind => ({ kind: 'money', low, high });
const rate = (low: number, high: number): Kind => ({ kind: 'rate', low, high });
const choice = (...choices: string[]): Kind => ({ kind: 'choice', choices });
const clock: Kind = { kind: 'clock', low: 480, high: 1260 };
const DAYS_MAX = 1_460;

const GROUPED: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  tiers: {
    'tiers.ladder': { kind: 'ladder' },
    'tiers.measure': choice('growth', 'spend', 'visits'),
    'tiers.window': choice('lifetime', 'rolling_months', 'calendar_year', 'membership_year', 'since_tier'),
    'tiers.window_months': whole('months', 1, 60),
    'tiers.grace_days': whole('days', 0, 180),
    'tiers.fall': choice('one_down', 'to_measure'),
    'tiers.recheck': choice('at_once', 'at_period_end'),
    'tiers.top_up_counts': choice('when_paid', 'when_spent'),
    'tiers.gifts': { kind: 'tier_gifts' },
    'tiers.exclusive': { kind: 'exclusive' },
  },
  points: {
    'earning.points_per_hundred_minor': whole('points', 0, 1_000),
    'earning.growth_per_hundred_minor': whole('growth', 0, 1_000),
    'earning.pending_days': whole('days', 0, 90),
    'earning.expiry_months': whole('months', 0, 120),
    'earning.expiry_end': choice('exact', 'month', 'quarter', 'year'),
    'points.warn_days': whole('days', 0, 365),
    'points.unit_cost': money(0, 10_000),
  },
  spending: {
    'spending.points_per_hundred_minor': whole('points', 0, 100_000),
    'spending.minimum': whole('points', 0, 1_000_000),
    'spending.step': whole('points', 1, 100_000),
    'spending.share_basis_points_max': rate(0, 10_000),
  },
  top_up: {
    'top_up.offers': { kind: 'top_up_offers' },
    'top_up.minimum_minor': money(1, 10_000_000),
    'top_up.balance_minor_max': money(1, 1_000_000_000),
    'top_up.spend_order': choice('pro_rata', 'principal_first', 'bonus_first'),
    'top_up.bonus_expiry_months': whole('months', 0, 240),
    'top_up.principal_expiry_months': whole('months', 0, 240),
    'top_up.refundable': choice('always', 'seven_days'),
    'top_up.gift_refunds_max': whole('times', 0, 1_000),
    'refund.stored_value': choice('proportional', 'reverse'),
    'law.region': choice('by_currency', 'none', 'CN', 'US'),
    'law.off': { kind: 'law_off' },
  },
  joining: {
    'joining.points': whole('points', 0, 100_000),
    'joining.coupon_types': { kind: 'coupons' },
    'birthday.gift': { kind: 'gift' },
    'birthday.days_before': whole('days', 0, 30),
  },
  orders: {
    'coupons.per_order_max': whole('coupons', 0, 3),
    'pricing.policy': choice('guest', 'house', 'fixed_order'),
    'pricing.margin_floor_basis_points': { kind: 'rate', low: 0, high: 1_000_000, orNone: true },
    'pricing.on_floor': choice('clip', 'refuse'),
    'orders.manual_discount_basis_points_max': rate(0, 10_000),
    'orders.hold_minutes': whole('minutes', 1, 120),
    'refund.claw_back': choice('pending', 'balance', 'debt'),
    'fees.rules': { kind: 'fees' },
    'days.flags': { kind: 'day_flags' },
    'rounding.step_minor': money(1, 10_000),
    'rounding.mode': choice('down', 'half_up', 'up'),
    'tax.mode': choice('line', 'order'),
  },
  messages: {
    'messages.opens_minutes': clock,
    'messages.closes_minutes': clock,
    'messages.day_cap': whole('messages', 0, 20),
    'messages.week_cap': whole('messages', 0, 50),
    'messages.address_day_cap': whole('messages', 0, 20),
    'messages.category_week_cap': whole('messages', 0, 50),
    'messages.rivals_wait_minutes': whole('minutes', 0, 1_440),
    'messages.sms_part_price_micro': { kind: 'micro', low: 0, high: 10_000_000 },
    'messages.clicks': choice('on', 'off'),
    'marketing.held_out': whole('members', 0, 200),
  },
  stages: {
    'lifecycle.regular_visits': whole('visits', 2, 100),
    'lifecycle.gap_days': { kind: 'whole', unit: 'days', low: 1, high: 365, orNone: true },
    'lifecycle.at_risk_basis_points': rate(10_000, 1_000_000),
    'lifecycle.at_risk_days_min': whole('days', 1, 730),
    'lifecycle.lost_basis_points': rate(10_000, 1_000_000),
    'lifecycle.lost_days_min': whole('days', 2, DAYS_MAX),
    'lifecycle.lost_days_max': whole('days', 2, DAYS_MAX),
    'lifecycle.won_back_visits': whole('visits', 1, 100),
    'rfm.recency_days': { kind: 'edges', high: 3_650, unit: 'days' },
    'rfm.visits': { kind: 'edges', high: 10_000, unit: 'visits' },
    'rfm.spent_minor': { kind: 'edges', high: 1_000_000_000, unit: 'money' },
    'rfm.window_days': whole('days', 30, DAYS_MAX),
  },
  privacy: {
    'privacy.request_days': whole('days', 1, 90),
    'privacy.legal_hold_days': whole('days', 0, 3_650),
    'members.merge_undo_days': whole('days', 1, 365),
    'members.bulk_alone_max': whole('people', 0, 1_000),
  },
};

const OF_HEAD_OFFICE = new Set(['marketing.held_out', 'members.bulk_alone_max', 'members.merge_undo_days', 'privacy.request_days', 'privacy.legal_hold_days']);

export const GROUPS: readonly string[] = Object.keys(GROUPED);

export const FIELDS: readonly FieldKind[] = Object.entries(GROUPED).flatMap(([group, fields]) =>
  Object.entries(fields).map(([name, takes]): FieldKind => ({
    name,
    group,
    takes,
    ...(OF_HEAD_OFFICE.has(name) ? { ofHeadOffice: true as const } : {}),
  })),
);

export function fieldNamed(name: string): FieldKind | undefined {
  return FIELDS.find((one) => one.name === name);
}

/** Whether the levels below may be given a range: only a number has one. */
export function hasRange(takes: Kind): boolean {
  return 'low' in takes;
}
