import { expect, test } from 'vitest';
import { difference } from '../src/views/audit/difference';
import { momentsOf } from '../src/views/audit/span';

const say = (_: string, value: unknown) => (Array.isArray(value) ? value.join('+') : String(value));

test('only the fields that changed are told, from the outside in', () => {
  const before = { state: 'open', limits: { up: 3, low: 1 } };
  const after = { state: 'open', limits: { up: 5, low: 1 } };
  expect(difference(before, after, say)).toEqual([{ path: ['limits', 'up'], before: '3', after: '5' }]);
});

test('what was there on one side only is told whole', () => {
  expect(difference(null, { roles: ['cashier', 'owner'] }, say)).toEqual([{ path: ['roles'], before: null, after: 'cashier+owner' }]);
  expect(difference({ version: 1 }, { version: 1, state: 'active' }, say)).toEqual([{ path: ['state'], before: null, after: 'active' }]);
  expect(difference(null, null, say)).toEqual([]);
});

test('a list of things is told thing by thing', () => {
  const steps = (pay: number) => ({ steps: [{ pay: 100 }, { pay }] });
  expect(difference(steps(200), steps(300), say)).toEqual([{ path: ['steps', '2', 'pay'], before: '200', after: '300' }]);
});

test('days are asked for from the first moment of one until before the day after the other', () => {
  const shanghai = 'Asia/Shanghai';
  expect(momentsOf('2026-05-04', '2026-05-04', shanghai)).toEqual({ from: '2026-05-03T16:00:00.000Z', until: '2026-05-04T16:00:00.000Z' });
  expect(momentsOf('', '2026-05-04', shanghai)).toEqual({ from: null, until: '2026-05-04T16:00:00.000Z' });
  expect(momentsOf('0002-05-04', 'yesterday', shanghai)).toEqual({ from: null, until: null });
});
