import { expect, test } from 'vitest';
import { isDrawn, twinOf, type ChartModel } from '../src/parts/chart';
import { optionOf, saidAt } from '../src/parts/chartOption';
import type { Ink } from '../src/parts/chartInk';

const ink: Ink = {
  text: '#111',
  soft: '#555',
  line: '#eee',
  card: '#fff',
  font: 'serif',
  hues: { new: '#1', active: '#2', sleeping: '#3', lost: '#4', control: '#5', spend: '#6' },
};
const model: ChartModel = {
  shape: 'columns',
  title: 'Sales',
  categories: ['10:00', '11:00'],
  axes: { category: 'Hour', value: 'Sales (¥)' },
  series: [{ name: 'Sales', hue: 'spend', values: [1800, null], before: [900, 0] }],
  nowName: 'Now',
  beforeName: 'Before',
  told: (value) => `¥${value}`,
  short: (value) => String(value),
};
const seriesOf = (one: ChartModel) => [optionOf(one, ink).series ?? []].flat();

test('the twin stands before its figure in the same hue, lighter', () => {
  const drawn = seriesOf(model).map((one) => [one.type, one.name, one.type === 'bar' ? one.itemStyle : null]);
  expect(drawn).toEqual([
    ['bar', 'Before', { color: '#6', opacity: 0.42, borderRadius: 2 }],
    ['bar', 'Sales', { color: '#6', opacity: 1, borderRadius: 2 }],
  ]);
});

test('among several figures a twin says whose it is', () => {
  const [first] = model.series;
  const two: ChartModel = { ...model, series: [...model.series, { name: 'Refunds', hue: 'lost', values: [1, 2], before: [3, 4] }] };
  expect(first && twinOf(model, first)).toBe('Before');
  expect(saidAt(two, 0)).toBe('10:00\nSales  ¥1800\nSales · Before  ¥900\nRefunds  ¥1\nRefunds · Before  ¥3');
});

test('the tooltip is drawn and not written, since a page may hold no style of its own', () => {
  const { tooltip } = optionOf(model, ink);
  expect([tooltip].flat()[0]).toMatchObject({ renderMode: 'richText' });
});

test('the tooltip tells figures in full, with what they are held against and their interval', () => {
  expect(saidAt(model, 0)).toBe('10:00\nSales  ¥1800\nBefore  ¥900');
  expect(saidAt(model, 1)).toBe('11:00\nSales  –\nBefore  ¥0');
  const lift: ChartModel = { ...model, shape: 'intervals', series: [{ name: 'Lift', hue: 'active', values: [5, 6], within: [[-1, 9], null] }] };
  expect(saidAt(lift, 0)).toBe('10:00\nLift  ¥5  (¥-1 – ¥9)');
});

test('an interval that nobody knows is not drawn', () => {
  const lift: ChartModel = { ...model, shape: 'intervals', series: [{ name: 'Lift', hue: 'active', values: [5, 6], within: [[-1, 9], null] }] };
  expect(seriesOf(lift)[0]?.data).toEqual([[5, 0, -1, 9]]);
});

test('nothing but zeros is nothing to draw', () => {
  expect(isDrawn(model)).toBe(true);
  expect(isDrawn({ ...model, series: [{ name: 'Sales', hue: 'spend', values: [0, null] }] })).toBe(false);
});
