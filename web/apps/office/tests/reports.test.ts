import { expect, test } from 'vitest';
import { changeOf, type Figure, type ReportRow, type Told } from '../src/figures';
import { leadsTo, viewsOf, type Spec } from '../src/views/reports/catalogue';
import { modelOf, rowsDrawn, type Say } from '../src/views/reports/charts';
import { mayBegin, shortDayIn, spanOf } from '../src/views/reports/period';
import { askedIn, narrowed } from '../src/views/reports/question';
import { sorted } from '../src/views/reports/rows';

const TODAY = '2026-03-01';
const NAMED = { label_zh: '', label_en: '', note_zh: '', note_en: '' };
const say: Say = {
  title: 'Chart',
  dimension: 'Day',
  row: (row) => row.key ?? 'total',
  figure: (metric) => metric,
  axis: (name, unit) => [name, unit].filter(Boolean).join(' in '),
  step: (name, share) => `${name} ${share ?? '-'}`,
  told: (unit, value) => `${unit} ${value}`,
  short: (_, value) => String(value),
  now: 'now',
  before: 'before',
};

function figure(metric: Figure['metric'], unit: Figure['unit'], drill: Figure['drill'] = null): Figure {
  return { metric, name_zh: metric, name_en: metric, meaning_zh: '', meaning_en: '', unit, drill };
}
function spec(report: Spec['report'], dimension: Spec['dimension'], metrics: Figure[]): Spec {
  const named = { title_zh: report, title_en: report, dimension_zh: dimension, dimension_en: dimension };
  return { report, dimension, metrics, of_period: true, by_source: true, ...named };
}
function row(key: string | null, figures: ReportRow['figures'], before: ReportRow['before'] = null): ReportRow {
  return { key, figures, before, ...NAMED };
}
function told(report: Spec['report'], rows: ReportRow[], compared = false): Told {
  const span = { from: '2026-02-01', to: '2026-03-01', as_of: '2026-03-01T00:00:00Z' };
  const total = row(null, {});
  return { report, span, compared: compared ? span : null, stores: [], currency: 'CNY', made_at: span.as_of, rows, total };
}

test('everyday names of periods mean the right days, the last of them not included', () => {
  expect(spanOf('today', TODAY)).toEqual({ from: '2026-03-01', to: '2026-03-02' });
  expect(spanOf('yesterday', TODAY)).toEqual({ from: '2026-02-28', to: '2026-03-01' });
  expect(spanOf('week', TODAY)).toEqual({ from: '2026-02-23', to: '2026-03-02' });
  expect(spanOf('days30', TODAY)).toEqual({ from: '2026-01-31', to: '2026-03-02' });
  expect(spanOf('month', TODAY)).toEqual({ from: '2026-03-01', to: '2026-03-02' });
  expect(spanOf('last_month', TODAY)).toEqual({ from: '2026-02-01', to: '2026-03-01' });
  expect(spanOf('last_month', '2026-01-15')).toEqual({ from: '2025-12-01', to: '2026-01-01' });
  expect(spanOf('year', TODAY)).toEqual({ from: '2026-01-01', to: '2026-03-02' });
});

test('a report begins with a day of these times', () => {
  expect(['2026-02-28', '2026-02-31', '0026-02-01', '', '<b>'].map(mayBegin)).toEqual([true, false, false, false, false]);
  expect(shortDayIn('zh-CN', '2026-05-01')).toBe('5月1日');
  expect(shortDayIn('en', '2026-05-01')).toBe('1 May');
});

test('an address asks for what it names, and for nothing that has no sense', () => {
  const empty = { period: null, from: '', to: '', compare: null, source: '', chart: '', row: '', sort: '' };
  expect(askedIn({})).toEqual(empty);
  expect(askedIn({ period: 'month', compare: 'year', source: 'table' })).toEqual({ ...empty, period: 'month', compare: 'year', source: 'table' });
  expect(askedIn({ from: '2026-05-01', to: '2026-02-31' })).toEqual({ ...empty, period: 'own', from: '2026-05-01' });
  expect(askedIn({ period: 'century', compare: ['year', 'weekday'] })).toEqual(empty);
});

test('a report is asked for nothing that it cannot tell', () => {
  const asked = askedIn({ compare: 'year', source: 'table' });
  const days = spec('sales', 'day', []);
  expect(narrowed(days, asked)).toEqual({ compare: 'year', source: 'table' });
  expect(narrowed({ ...days, of_period: false, by_source: false }, asked)).toEqual({ compare: null, source: null });
  expect(narrowed(days, askedIn({}))).toEqual({ compare: null, source: null });
});

test('of many names a chart draws those with most of what it shows', () => {
  const goods = spec('products', 'product', [figure('units_sold', 'count'), figure('goods_refunds_minor', 'money')]);
  const rows = Array.from({ length: 15 }, (_, at) => row(`p${at}`, { units_sold: 15 - at, goods_refunds_minor: at }));
  const view = viewsOf(goods)[1];
  const drawn = view ? rowsDrawn({ spec: goods, told: told('products', rows), view, row: '' }) : [];
  expect(drawn.map((one) => one.key).slice(0, 2)).toEqual(['p14', 'p13']);
  expect(drawn).toHaveLength(12);
});

test('amounts change by a rate and shares by points, and of nothing there is no rate', () => {
  expect(changeOf('money', 11_250, 10_000)).toEqual({ by: 'rate', basisPoints: 1250 });
  expect(changeOf('count', 0, 4)).toEqual({ by: 'rate', basisPoints: -10_000 });
  expect(changeOf('share', 3_120, 3_000)).toEqual({ by: 'points', basisPoints: 120 });
  expect(changeOf('count', 4, 0)).toBeNull();
  expect(changeOf('share', null, 3_000)).toBeNull();
});

test('rows stand by a figure, and what is unknown stands last either way', () => {
  const rows = [row('a', { orders: 2 }), row('b', {}), row('c', { orders: 5 })];
  expect(sorted(rows, 'orders', 'falling').map((one) => one.key)).toEqual(['c', 'a', 'b']);
  expect(sorted(rows, 'orders', 'rising').map((one) => one.key)).toEqual(['a', 'c', 'b']);
});

test('a figure leads to its rows, but for nobody and nothing', () => {
  const orders = figure('orders', 'count', 'orders');
  expect(leadsTo(orders, row('2026-02-01', { orders: 3 }))).toBe('orders');
  expect(leadsTo(orders, row(null, { orders: 3 }))).toBe('orders');
  expect(leadsTo(orders, row('2026-02-02', { orders: 0 }))).toBeNull();
  expect(leadsTo(orders, row('10', { orders: 3 }))).toBe('orders');
  expect(leadsTo(orders, row('', { orders: 3 }))).toBeNull();
  const tender = figure('tender_orders', 'count', 'orders');
  expect(leadsTo(tender, row(null, { tender_orders: 3 }))).toBeNull();
  expect(leadsTo(tender, row('cash', { tender_orders: 3 }))).toBe('orders');
  const tier = figure('members_in_tier', 'count', 'members');
  expect(leadsTo(tier, row(null, { members_in_tier: 3 }))).toBeNull();
  expect(leadsTo(tier, row('gold', { members_in_tier: 3 }))).toBe('members');
});

test('days are a line with a lighter twin of the days compared with', () => {
  const days = spec('sales', 'day', [figure('sales_minor', 'money')]);
  const rows = [row('2026-02-01', { sales_minor: 1800 }, { sales_minor: 900 }), row('2026-02-02', { sales_minor: 0 }, {})];
  const [view] = viewsOf(days);
  const model = view && modelOf({ spec: days, told: told('sales', rows, true), view, row: '' }, say);
  expect(model?.shape).toBe('line');
  expect(model?.categories).toEqual(['2026-02-01', '2026-02-02']);
  expect(model?.series).toEqual([{ name: 'sales_minor', hue: 'spend', values: [1800, 0], before: [900, null] }]);
  expect(model?.axes).toEqual({ category: 'Day', value: 'sales_minor in money' });
});

test('new, active, sleeping and lost members keep their hues', () => {
  const metrics = (['members_joined', 'members_active', 'members_sleeping', 'members_lost'] as const).map((one) => figure(one, 'count'));
  const growth = spec('growth', 'store', metrics);
  const [view] = viewsOf(growth);
  const model = view && modelOf({ spec: growth, told: told('growth', [row('s', { members_joined: 1 })]), view, row: '' }, say);
  expect(model?.shape).toBe('rows');
  expect(model?.series.map((one) => one.hue)).toEqual(['new', 'active', 'sleeping', 'lost']);
});

test('a campaign is a funnel by its steps, and a lift with its ends; unknown steps have no share', () => {
  const steps = ['campaign_invited', 'campaign_reached', 'campaign_clicked', 'campaign_redeemed', 'campaign_bought'] as const;
  const lift = figure('campaign_lift_minor', 'money');
  const campaigns = spec('campaigns', 'campaign', [...steps.map((one) => figure(one, 'count')), lift]);
  const one = row('c1', { campaign_invited: 0, campaign_lift_minor: null });
  const other = row('c2', {
    campaign_invited: 200,
    campaign_reached: 150,
    campaign_clicked: null,
    campaign_redeemed: 30,
    campaign_bought: 66,
    campaign_lift_minor: 120,
    campaign_lift_low_minor: -40,
    campaign_lift_high_minor: 280,
  });
  const [funnel, interval] = viewsOf(campaigns);
  const answer = told('campaigns', [one, other]);
  const drawn = funnel && modelOf({ spec: campaigns, told: answer, view: funnel, row: '' }, say);
  expect(drawn?.categories).toEqual([
    'campaign_invited 10000',
    'campaign_reached 7500',
    'campaign_clicked -',
    'campaign_redeemed 1500',
    'campaign_bought 3300',
  ]);
  const lifts = interval && modelOf({ spec: campaigns, told: answer, view: interval, row: '' }, say);
  expect(lifts?.categories).toEqual(['c2']);
  expect(lifts?.series[0]?.within).toEqual([[-40, 280]]);
  expect(interval && modelOf({ spec: campaigns, told: told('campaigns', [one]), view: interval, row: '' }, say)).toBeNull();
});
