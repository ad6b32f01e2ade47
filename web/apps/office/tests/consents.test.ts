import { expect, test } from 'vitest';
import { inForce } from '../src/views/members/consents';

const said = (channel: string, granted: boolean) => ({ purpose: 'marketing', channel, granted });

test('the newest choice of each purpose and channel counts', () => {
  const record = [said('sms', true), said('email', true), said('sms', false)];
  expect(inForce(record)).toEqual([said('email', true)]);
  expect(inForce([...record, said('sms', true)]).map((one) => one.channel)).toEqual(['sms', 'email']);
});

test('who never chose allows nothing', () => {
  expect(inForce([])).toEqual([]);
});
