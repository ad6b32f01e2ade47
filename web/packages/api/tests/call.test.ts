import { expect, test } from 'vitest';
import { caller, Refused, Unanswered, type Answer, type Request } from '../src/call';

const PROBLEM = { code: 'member.unknown', status: 404, detail_zh: '没有找到', detail_en: 'Not found' };

function server(answer: Partial<Answer>) {
  const sent: Request[] = [];
  const api = caller(
    (request) => {
      sent.push(request);
      return Promise.resolve({ status: 200, json: null, tag: null, ...answer });
    },
    { language: () => 'en', newId: () => 'made-here' },
  );
  return { api, sent };
}

test('places of the path and the query are filled and escaped', async () => {
  const { api, sent } = server({});
  const query = { store_id: 's 1', state: 'open' as const, cursor: null };
  await api.call('GET /orders', { query });
  await api.call('GET /orders/{order_id}/receipt', { path: { order_id: 'a/b' } });
  expect(sent.map((one) => one.url)).toEqual([
    '/api/v1/orders?store_id=s%201&state=open',
    '/api/v1/orders/a%2Fb/receipt',
  ]);
});

test('each of several values of one place is named', async () => {
  const { api, sent } = server({});
  const path = { member_id: 'm' };
  await api.call('GET /members/{member_id}/timeline', { path, query: { kind: ['order', 'message'], limit: 5 } });
  await api.call('GET /members/{member_id}/timeline', { path, query: { kind: [] } });
  expect(sent.map((one) => one.url)).toEqual([
    '/api/v1/members/m/timeline?kind=order&kind=message&limit=5',
    '/api/v1/members/m/timeline',
  ]);
});

test('a write names its command: the given id, or a new one', async () => {
  const { api, sent } = server({});
  await api.call('POST /members/lookup', { body: { text: '13800138000' } });
  await api.call('POST /members/lookup', { body: { text: '13800138000' }, command: 'again' });
  await api.call('GET /wordings', {});
  expect(sent.map((one) => one.headers['Idempotency-Key'])).toEqual(['made-here', 'again', undefined]);
  expect(sent[0]?.headers['Accept-Language']).toBe('en');
});

test('a known version asks whether it is still the newest', async () => {
  const { api, sent } = server({ status: 304, tag: '"7"' });
  const answer = await api.tagged('GET /stores/{store_id}/menu', { path: { store_id: 's' }, tag: '"7"' });
  expect(answer).toEqual({ value: null, tag: '"7"' });
  expect(sent[0]?.headers['If-None-Match']).toBe('"7"');
});

test('a change names the version that it was made on', async () => {
  const { api, sent } = server({});
  await api.call('POST /orders/{order_id}/cancel', { path: { order_id: 'o' }, tag: '"3"' });
  expect(sent[0]?.headers['If-Match']).toBe('"3"');
});

test('a refusal carries its problem, anything else is no answer', async () => {
  const refused = server({ status: 404, json: PROBLEM });
  await expect(refused.api.call('GET /wordings', {})).rejects.toThrow(Refused);
  const broken = server({ status: 502, json: '<html>' });
  await expect(broken.api.call('GET /wordings', {})).rejects.toThrow(Unanswered);
});

test('a wrong value does not compile', () => {
  const { api } = server({});
  // @ts-expect-error no order is ever in this state
  void api.call('GET /orders', { query: { store_id: 's', state: 'lost' } });
  // @ts-expect-error this route needs a body
  void api.call('POST /members/lookup', {});
  // @ts-expect-error there is no such route
  void api.call('GET /nothing', {});
  expect(true).not.toBe(false);
});
