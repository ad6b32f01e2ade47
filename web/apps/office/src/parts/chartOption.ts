/** A chart in the words of the library that draws it. Nothing moves; the tooltip is drawn, not written. */
import type { BarSeriesOption, CustomSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { twinOf, type ChartModel, type ChartSeries } from './chart';
import type { Ink } from './chartInk';

export type ChartOption = ComposeOption<
  BarSeriesOption | CustomSeriesOption | GridComponentOption | LineSeriesOption | TooltipComponentOption
>;

const FAINT = 0.42;
/** With more bars than these their values stand in the tooltip alone. */
const LABELLED_MAX = 24;
const SYMBOLS_MAX = 62;
const NAME_WIDTH = 168;

const isLying = (model: ChartModel): boolean => model.shape === 'rows' || model.shape === 'intervals';
const isCompared = (model: ChartModel): boolean => model.series.some((one) => one.before);

function categoryAxis(model: ChartModel, ink: Ink) {
  const lying = isLying(model);
  return {
    type: 'category' as const,
    data: [...model.categories],
    inverse: lying,
    name: lying ? '' : model.axes.category,
    nameLocation: 'middle' as const,
    nameGap: 28,
    nameTextStyle: { color: ink.soft, fontSize: 13 },
    axisLabel: {
      color: ink.text,
      fontSize: 13,
      hideOverlap: !lying,
      ...(lying ? { width: NAME_WIDTH, overflow: 'truncate' as const, interval: 0 } : {}),
    },
    axisLine: { onZero: false, show: model.shape !== 'intervals', lineStyle: { color: ink.line } },
    axisTick: { show: false },
  };
}

function valueAxis(model: ChartModel, ink: Ink) {
  const lying = isLying(model);
  return {
    type: 'value' as const,
    name: model.axes.value,
    nameLocation: lying ? ('middle' as const) : ('end' as const),
    nameGap: lying ? 28 : 14,
    nameTextStyle: { color: ink.soft, fontSize: 13, align: lying ? ('center' as const) : ('left' as const) },
    axisLabel: { color: ink.soft, fontSize: 13, hideOverlap: true, formatter: (value: number) => model.short(value) },
    splitLine: { lineStyle: { color: ink.line } },
    splitNumber: 4,
    minInterval: 1,
  };
}

function bars(one: ChartSeries, model: ChartModel, ink: Ink): BarSeriesOption[] {
  const color = ink.hues[one.hue];
  const labelled = model.categories.length * model.series.length <= LABELLED_MAX;
  const bar = (values: readonly (number | null)[], opacity: number): BarSeriesOption => ({
    type: 'bar',
    data: [...values],
    barMaxWidth: 26,
    barGap: '8%',
    itemStyle: { color, opacity, borderRadius: 2 },
    emphasis: { disabled: true },
  });
  const now: BarSeriesOption = {
    ...bar(one.values, 1),
    name: one.name,
    label: {
      show: labelled,
      position: isLying(model) ? 'right' : 'top',
      color: ink.text,
      fontSize: 13,
      formatter: ({ value }) => (typeof value === 'number' ? model.short(value) : ''),
    },
  };
  return one.before ? [{ ...bar(one.before, FAINT), name: twinOf(model, one) }, now] : [now];
}

function lines(one: ChartSeries, model: ChartModel, ink: Ink): LineSeriesOption[] {
  const color = ink.hues[one.hue];
  const line = (values: readonly (number | null)[], name: string, faint: boolean): LineSeriesOption => ({
    type: 'line',
    name,
    data: [...values],
    symbol: 'circle',
    symbolSize: 5,
    showSymbol: model.categories.length <= SYMBOLS_MAX && !faint,
    lineStyle: { color, width: 2, opacity: faint ? FAINT : 1, type: faint ? 'dashed' : 'solid' },
    itemStyle: { color, opacity: faint ? FAINT : 1 },
    emphasis: { disabled: true },
    endLabel: {
      show: one.before !== undefined,
      distance: 6,
      color: faint ? ink.soft : ink.text,
      fontSize: 13,
      formatter: () => (faint ? model.beforeName : model.nowName),
    },
    labelLayout: { moveOverlap: 'shiftY' },
  });
  const now = line(one.values, one.name, false);
  return one.before ? [line(one.before, twinOf(model, one), true), now] : [now];
}

/** A dot at the value, a line with caps from end to end, and a piece of the line at nothing. */
function intervals(one: ChartSeries, ink: Ink): CustomSeriesOption {
  const color = ink.hues[one.hue];
  const rows = one.values.flatMap((value, at) => {
    const ends = one.within?.[at];
    return value === null || !ends ? [] : [[value, at, ends[0], ends[1]]];
  });
  return {
    type: 'custom',
    name: one.name,
    data: rows,
    encode: { x: [0, 2, 3], y: 1 },
    renderItem: (_, api) => {
      const at = Number(api.value(1));
      const place = (value: number): [number, number] => {
        const [x, y] = api.coord([value, at]);
        return [x ?? 0, y ?? 0];
      };
      const [middle, y] = place(Number(api.value(0)));
      const [low] = place(Number(api.value(2)));
      const [high] = place(Number(api.value(3)));
      const [nothing] = place(0);
      const size = api.size?.([0, 1]);
      const half = (Array.isArray(size) ? (size[1] ?? 0) : 0) / 2;
      const stroke = (x1: number, y1: number, x2: number, y2: number, style: { stroke: string; lineWidth: number }) => ({
        type: 'line' as const,
        shape: { x1, y1, x2, y2 },
        style,
      });
      const ends = { stroke: color, lineWidth: 2 };
      return {
        type: 'group',
        children: [
          stroke(nothing, y - half, nothing, y + half, { stroke: ink.soft, lineWidth: 1 }),
          stroke(low, y, high, y, ends),
          stroke(low, y - 6, low, y + 6, ends),
          stroke(high, y - 6, high, y + 6, ends),
          { type: 'circle', shape: { cx: middle, cy: y, r: 6 }, style: { fill: color } },
        ],
      };
    },
  };
}

function seriesOf(model: ChartModel, ink: Ink): (BarSeriesOption | CustomSeriesOption | LineSeriesOption)[] {
  if (model.shape === 'line') return model.series.flatMap((one) => lines(one, model, ink));
  if (model.shape === 'intervals') return model.series.map((one) => intervals(one, ink));
  return model.series.flatMap((one) => bars(one, model, ink));
}

/** What the tooltip of one category says: each series in full, with its twin and its interval. */
export function saidAt(model: ChartModel, at: number): string {
  const told = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : model.told(value));
  const said = model.series.flatMap((one) => {
    const ends = one.within?.[at];
    const now = `${one.name}  ${told(one.values[at])}`;
    const around = ends ? `  (${told(ends[0])} – ${told(ends[1])})` : '';
    return one.before ? [now, `${twinOf(model, one)}  ${told(one.before[at])}`] : [now + around];
  });
  return [model.categories[at] ?? '', ...said].join('\n');
}

export function optionOf(model: ChartModel, ink: Ink): ChartOption {
  const lying = isLying(model);
  const category = categoryAxis(model, ink);
  const value = valueAxis(model, ink);
  const named = model.shape === 'line' && isCompared(model);
  return {
    animation: false,
    textStyle: { fontFamily: ink.font, color: ink.text },
    grid: {
      left: 8,
      right: named || lying ? 96 : 24,
      top: lying ? 8 : 40,
      bottom: 8,
      outerBoundsMode: 'same',
      outerBoundsContain: 'all',
    },
    tooltip: {
      renderMode: 'richText',
      trigger: model.shape === 'intervals' ? 'item' : 'axis',
      axisPointer: { type: model.shape === 'line' ? 'line' : 'none', lineStyle: { color: ink.soft } },
      backgroundColor: ink.card,
      borderColor: ink.line,
      borderWidth: 1,
      padding: 10,
      textStyle: { color: ink.text, fontSize: 13, fontFamily: ink.font },
      confine: true,
      formatter: (given) => {
        const first = Array.isArray(given) ? given[0] : given;
        const row: unknown = first?.data;
        // The rows of intervals leave out what is unknown, and name their category themselves.
        const at = model.shape === 'intervals' && Array.isArray(row) ? Number(row[1]) : (first?.dataIndex ?? 0);
        return saidAt(model, at);
      },
    },
    xAxis: lying ? value : category,
    yAxis: lying ? category : value,
    series: seriesOf(model, ink),
  };
}
