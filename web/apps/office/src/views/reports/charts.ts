/** A report's answer as a chart: which rows, which figures, in which shape. */
import type { Metric, ReportRow, Told, Unit } from '../../figures';
import type { ChartModel, ChartSeries } from '../../parts/chart';
import type { Spec, View } from './catalogue';
import { sorted } from './rows';

/** How things are called in the language of the reader. */
export interface Say {
  /** What the chart shows, for those who do not see it. */
  title: string;
  /** By what the rows are divided. */
  dimension: string;
  row: (row: ReportRow) => string;
  figure: (metric: Metric) => string;
  /** What runs along an axis of values: one figure's name with its unit, or the unit alone. */
  axis: (name: string | null, unit: Unit) => string;
  step: (name: string, basisPoints: number | null) => string;
  told: (unit: Unit, value: number) => string;
  short: (unit: Unit, value: number) => string;
  now: string;
  before: string;
}

/** More names than these are for the table. */
export const NAMES_MAX = 12;
const IN_ORDER: readonly Spec['dimension'][] = ['day', 'hour', 'daypart'];

export interface Drawing {
  spec: Spec;
  told: Told;
  view: View;
  /** The key of the row whose steps are drawn. */
  row: string;
}

/** The rows that a chart shows: what runs in time whole, of names those with most of what it draws first. */
export function rowsDrawn({ spec, told, view }: Drawing): readonly ReportRow[] {
  const first = view.drawn[0]?.[0];
  if (!first || IN_ORDER.includes(spec.dimension)) return told.rows;
  return sorted(told.rows, first, 'falling').slice(0, NAMES_MAX);
}

/** The row whose steps are drawn: the one that is asked for, or the first with anything to tell. */
export function rowOfSteps({ told, view, row }: Drawing): ReportRow | undefined {
  const first = view.drawn[0]?.[0];
  return told.rows.find((one) => one.key === row) ?? told.rows.find((one) => first && one.figures[first]) ?? told.rows[0];
}

function valueOf(row: ReportRow, metric: Metric): number | null {
  return row.figures[metric] ?? null;
}

function shapeOf(spec: Spec, rows: number): ChartModel['shape'] {
  if (spec.dimension === 'day' && rows > 1) return 'line';
  return IN_ORDER.includes(spec.dimension) ? 'columns' : 'rows';
}

/** The chart of a view; null where there is nothing to draw it from. */
export function modelOf(drawing: Drawing, say: Say): ChartModel | null {
  const { spec, told, view } = drawing;
  const first = view.drawn[0]?.[0];
  const unit = spec.metrics.find((one) => one.metric === first)?.unit;
  if (!first || !unit) return null;
  const common = {
    title: say.title,
    nowName: say.now,
    beforeName: say.before,
    told: (value: number) => say.told(unit, value),
    short: (value: number) => say.short(unit, value),
  };
  const amounts = say.axis(null, unit);
  switch (view.kind) {
    case 'steps': {
      const row = rowOfSteps(drawing);
      if (!row) return null;
      const whole = valueOf(row, first);
      const values = view.drawn.map(([metric]) => valueOf(row, metric));
      const share = (value: number | null) => (value === null || !whole ? null : Math.round((value * 10_000) / whole));
      return {
        ...common,
        shape: 'rows',
        categories: view.drawn.map(([metric], at) => say.step(say.figure(metric), share(values[at] ?? null))),
        axes: { category: '', value: amounts },
        series: [{ name: say.row(row), hue: view.drawn[0]?.[1] ?? 'active', values }],
      };
    }
    case 'intervals': {
      const rows = told.rows.filter((row) => valueOf(row, first) !== null);
      const low = (row: ReportRow) => valueOf(row, 'campaign_lift_low_minor');
      const high = (row: ReportRow) => valueOf(row, 'campaign_lift_high_minor');
      const within = rows.map((row): readonly [number, number] | null => {
        const [from, to] = [low(row), high(row)];
        return from === null || to === null ? null : [from, to];
      });
      if (rows.length === 0) return null;
      return {
        ...common,
        shape: 'intervals',
        categories: rows.map(say.row),
        axes: { category: '', value: say.axis(say.figure(first), unit) },
        series: [{ name: say.figure(first), hue: 'active', values: rows.map((row) => valueOf(row, first)), within }],
      };
    }
    case 'rows': {
      const rows = rowsDrawn(drawing);
      const series = view.drawn.map(([metric, hue]): ChartSeries => ({
        name: say.figure(metric),
        hue,
        values: rows.map((row) => valueOf(row, metric)),
        ...(told.compared ? { before: rows.map((row) => row.before?.[metric] ?? null) } : {}),
      }));
      return {
        ...common,
        shape: shapeOf(spec, rows.length),
        categories: rows.map(say.row),
        axes: { category: say.dimension, value: view.drawn.length === 1 ? say.axis(say.figure(first), unit) : amounts },
        series,
      };
    }
  }
}
