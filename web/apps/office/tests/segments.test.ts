/** The builder's tree goes into the server's form and back, and tells what is missing. */
import { expect, test } from 'vitest';
import { faultsIn, leafFault } from '../src/views/segments/check';
import { conditionOf, leavesOf, newGroup, newLeaf, treeFrom, type Data } from '../src/views/segments/condition';
import { measureFrom, MEASURES, written } from '../src/views/segments/measures';
import { changeOver, lineOf, stepsOf } from '../src/views/segments/sizes';
import texts from '../src/views/segments/texts.zh-CN.json';

const there = (data: Data): Data => conditionOf(treeFrom(data, 'CNY'), 'CNY');
const STORE = '0190c0de-0000-7000-8000-000000000001';

test('a condition comes out of the builder as it went in', () => {
  const data: Data = {
    kind: 'all',
    parts: [
      { kind: 'compare', field: 'days_since_visit', is: 'at_least', value: 30 },
      { kind: 'within', field: `spent_in(days=60,store=${STORE})`, low: 4_050, high: 30_000 },
      { kind: 'not', part: { kind: 'one_of', field: 'channel_in(days=90)', values: ['counter', 'table'] } },
      {
        kind: 'any',
        parts: [
          { kind: 'compare', field: 'regularly(tag=辣,n=4,of=4)', is: 'equal', value: true },
          { kind: 'compare', field: 'stage', is: 'equal', value: 'at_risk' },
          { kind: 'one_of', field: 'visits', values: [1, 2, 5] },
        ],
      },
    ],
  };
  expect(there(data)).toEqual(data);
  expect(faultsIn(treeFrom(data, 'CNY'), 'CNY').size).toBe(0);
});

test('a condition of one part is that part, and nothing at all is everybody', () => {
  const alone: Data = { kind: 'compare', field: 'birthday_this_month', is: 'equal', value: true };
  expect(there(alone)).toEqual(alone);
  expect(there({ kind: 'not', part: alone })).toEqual({ kind: 'not', part: alone });
  expect(there({ kind: 'all', parts: [] })).toEqual({ kind: 'all', parts: [] });
});

test('a denial of a denial is neither, and a range that is open is a comparison', () => {
  const leaf: Data = { kind: 'compare', field: 'visits', is: 'less', value: 5 };
  expect(there({ kind: 'not', part: { kind: 'not', part: leaf } })).toEqual(leaf);
  expect(there({ kind: 'within', field: 'visits', low: null, high: 5 })).toEqual(leaf);
});

test('money is typed in whole and decimal, and sent in minor units', () => {
  const leaf = { ...newLeaf('ticket_max_in'), given: { days: '030' }, first: '300.5' };
  const sent = { kind: 'compare', field: 'ticket_max_in(days=30)', is: 'at_least', value: 30_050 };
  expect(conditionOf(newGroup('all', [leaf]), 'CNY')).toEqual(sent);
  expect(leavesOf(treeFrom(sent, 'CNY'))[0]?.first).toBe('300.50');
  expect(leafFault({ ...leaf, first: '300.555' }, 'CNY')).toBe('number_form');
});

test('arguments stand in one order, and what is the default is left out', () => {
  const { measure, given } = measureFrom(`visits_in( store=${STORE}, days = 30 )`);
  expect(written({ measure, given })).toBe(`visits_in(days=30,store=${STORE})`);
  expect(written({ measure: 'bought', given: { category: STORE, days: '0' } })).toBe(`bought(category=${STORE})`);
});

test('what is missing is told by its very part', () => {
  const leaf = newLeaf('bought');
  const goods = { ...leaf, given: { tag: '辣' }, first: '2' };
  expect(leafFault(leaf, 'CNY')).toBe('about_missing');
  expect(leafFault(goods, 'CNY')).toBeNull();
  expect(leafFault({ ...goods, given: { tag: '辣', days: '4000' } }, 'CNY')).toBe('argument_range');
  expect(leafFault({ ...newLeaf('regularly'), given: { n: '5', of: '4' } }, 'CNY')).toBe('n_over_of');
  expect(leafFault({ ...newLeaf('stopped'), given: { range: '30', recent: '30' } }, 'CNY')).toBe('recent_over_range');
  expect(leafFault({ ...newLeaf('tags'), words: [] }, 'CNY')).toBe('words_missing');
  expect(leafFault({ ...newLeaf('visits'), how: 'between', first: '5', second: '5' }, 'CNY')).toBe('order');
  const empty = newGroup('any');
  expect([...faultsIn(newGroup('all', [goods, empty]), 'CNY')]).toEqual([[empty.id, 'group_empty']]);
});

test('each measure has a word and each argument too', () => {
  const names = new Set(Object.keys(texts));
  for (const kind of MEASURES) {
    expect(names.has(`measure.${kind.name}`), kind.name).toBe(true);
    for (const { name } of kind.arguments.filter((one) => !kind.alternatives?.includes(one.name))) {
      expect(names.has(`arg.${name}`) || names.has(`arg.${kind.name}.${name}`), `${kind.name} ${name}`).toBe(true);
    }
  }
});

test('the line of sizes begins where the first day began and ends today', () => {
  const rows = [
    { day: '2026-05-01', size: 12, entered: 3, left: 1 },
    { day: '2026-05-06', size: 9, entered: 0, left: 3 },
  ];
  const steps = stepsOf(rows, { day: '2026-05-11', size: 9 }, 10);
  expect(steps.map((step) => step.size)).toEqual([10, 12, 9, 9]);
  expect(steps.map((step) => step.x)).toEqual([0, 0, 0.5, 1]);
  expect(changeOver(rows)).toBe(-1);
  expect(lineOf(steps, 100, 12)).toBe('M0.0,2.0L0.0,2.0L0.0,0.0L50.0,0.0L50.0,3.0L100.0,3.0L100.0,3.0');
});
