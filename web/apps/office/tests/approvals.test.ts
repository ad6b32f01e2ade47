import { expect, test } from 'vitest';
import { campaignFacts, journeyFacts } from '../src/views/approvals/waiting';

const message = { kind: 'act', do: 'message', template: 'come_back', channels: ['sms', 'wechat'], next: 'end' };
const gift = { kind: 'act', do: 'gift', gift: { points: 50, coupon_types: ['NEW5'] }, cost_minor: 500, next: 'say' };

test('a campaign tells its days, its money, what it gives and what it says', () => {
  const facts = campaignFacts({ aim: 'thank', starts_on: '2026-05-01', ends_on: '2026-05-07', budget_minor: 300_000, control: 1_000, gift, message });
  expect(facts).toMatchObject({ aim: 'thank', startsOn: '2026-05-01', endsOn: '2026-05-07', budgetMinor: 300_000, control: 1_000 });
  expect(facts.gifts).toEqual([{ gift: { points: 50, coupon_types: ['NEW5'] }, costMinor: 500 }]);
  expect(facts.messages).toEqual([{ template: 'come_back', channels: ['sms', 'wechat'] }]);
});

test('a campaign without gift or message has none', () => {
  expect(campaignFacts({ gift: null, message: undefined })).toMatchObject({ gifts: [], messages: [], budgetMinor: null, startsOn: null });
});

test('a journey counts its steps and names what members get on their way', () => {
  const nodes = { give: gift, say: message, end: { kind: 'exit' } };
  const facts = journeyFacts({ purpose: 'marketing', control: 500, nodes });
  expect([facts.steps, facts.gifts.length, facts.messages.length, facts.purpose, facts.control]).toEqual([3, 1, 1, 'marketing', 500]);
});
