/**
 * What a chart shows, told without any library: categories, and series in hues of fixed meaning.
 *
 *     { shape: 'line', categories: ['1 May', '2 May'], series: [{ name: 'Sales', hue: 'spend', values: [1800, 0] }], … }
 */

/** The six hues, and what each always means; told apart by people who see no red or green. */
export const HUES = ['new', 'active', 'sleeping', 'lost', 'control', 'spend'] as const;
export type Hue = (typeof HUES)[number];

export interface ChartSeries {
  name: string;
  hue: Hue;
  /** One for each category; null is unknown. */
  values: readonly (number | null)[];
  /** The same of the days compared with: drawn as the lighter twin. */
  before?: readonly (number | null)[];
  /** The ends of the interval around each value. */
  within?: readonly (readonly [low: number, high: number] | null)[];
}

export interface ChartModel {
  /** `line`: over time; `columns`: upright; `rows`: lying, for long names; `intervals`: values with their ends. */
  shape: 'line' | 'columns' | 'rows' | 'intervals';
  /** What it shows, for those who do not see it. */
  title: string;
  categories: readonly string[];
  /** What runs along each axis, with its unit. */
  axes: { category: string; value: string };
  series: readonly ChartSeries[];
  /** What a value and its twin are called beside each other. */
  nowName: string;
  beforeName: string;
  /** A value in full, and as short as an axis needs it. */
  told: (value: number) => string;
  short: (value: number) => string;
}

/** What a figure's twin is called: among several figures it is told whose it is. */
export function twinOf(model: ChartModel, one: ChartSeries): string {
  return model.series.length > 1 ? `${one.name} · ${model.beforeName}` : model.beforeName;
}

/** Whether a model has anything to draw. */
export function isDrawn(model: ChartModel): boolean {
  return model.series.some((one) => [...one.values, ...(one.before ?? [])].some((value) => value !== null && value !== 0));
}
