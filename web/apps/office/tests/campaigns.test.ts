import { expect, test } from 'vitest';
import { lineOf } from '../src/views/campaigns/interval';
import { bodyOf, copied, formOf, freshForm, lackingIn } from '../src/views/campaigns/plan';

const TODAY = '2026-11-30';
const message = { template: 'back', channels: ['sms'], valid_minutes: 2_880 };
const stored = {
  name_zh: '周年庆',
  name_en: 'Anniversary',
  definition: {
    aim: 'thank', segment_id: 's', starts_on: '2026-05-04', ends_on: '2026-05-10', minute: 720, budget_minor: 10_000, control: 1_000,
    gift: { kind: 'act', do: 'gift', gift: { points: 50 }, cost_minor: 500, next: 'gift' },
    message: { kind: 'act', do: 'message', ...message, values: { product: '杨枝甘露' }, expected_value_minor: 0, next: 'message' },
  },
};

test('a campaign goes through its form and comes out as it was', () => {
  const { definition } = bodyOf(formOf(stored));
  expect(definition).toEqual({ ...stored.definition, gift: { gift: { points: 50 }, cost_minor: 500 }, message: { ...message, values: { product: '杨枝甘露' } } });
});

test('what is switched off is not sent', () => {
  const { definition } = bodyOf({ ...formOf(stored), gives: false });
  expect(definition.gift).toBeNull();
  expect(definition.message).toMatchObject(message);
  expect(formOf({ ...stored, definition: { ...stored.definition, message: null } }).writes).toBe(false);
});

test('a new campaign begins tomorrow, holds a tenth back and writes', () => {
  const fresh = freshForm(TODAY);
  expect([fresh.starts_on, fresh.control, fresh.writes, fresh.gives]).toEqual(['2026-12-01', 1_000, true, false]);
});

test('what is missing is told before anything is sent, an amount that is none too', () => {
  expect(lackingIn(freshForm(TODAY))).toEqual(['segment_id', 'budget_minor', 'message']);
  expect(lackingIn(formOf(stored))).toEqual([]);
  expect(lackingIn({ ...formOf(stored), budget_minor: -1, cost_minor: null })).toEqual(['budget_minor', 'cost_minor']);
  expect(lackingIn({ ...formOf(stored), gives: false, writes: false })).toEqual(['nothing']);
});

test('a copy is as long as it was, from tomorrow on', () => {
  const copy = copied(formOf(stored), TODAY);
  expect([copy.starts_on, copy.ends_on]).toEqual(['2026-12-01', '2026-12-07']);
  expect(copy.name_zh).toBe('周年庆');
});

test('an interval is drawn against nought', () => {
  const gain = lineOf(100, 300, 200);
  expect(gain && gain.zero < gain.low && gain.low < gain.at && gain.at < gain.high).toBe(true);
  const open = lineOf(-100, 300, 50);
  expect(open && open.low < open.zero && open.zero < open.at).toBe(true);
  expect(lineOf(0, 0, 0)).not.toBeNull();
  expect(lineOf(Number.NEGATIVE_INFINITY, 1, 0)).toBeNull();
});
