import { Refused, Unanswered, type Problem } from '@regulars/api';
import { expect, test } from 'vitest';
import { pendingSale, sendKept, type Disk, type Pending } from '../src/pending';

class Memory implements Disk {
  private readonly kept = new Map<string, string>();
  getItem(name: string): string | null {
    return this.kept.get(name) ?? null;
  }
  setItem(name: string, value: string): void {
    this.kept.set(name, value);
  }
  removeItem(name: string): void {
    this.kept.delete(name);
  }
}
type Body = { due: number };
const SALE: Pending<Body> = { command: 'one', body: { due: 4100 } };

function refusal(status: number, code: string): Refused {
  const problem: Problem = {
    status,
    code,
    parameters: {},
    title_zh: '',
    title_en: '',
    detail_zh: '',
    detail_en: '',
    reference: '',
  };
  return new Refused(problem);
}

test('a sale is on the disk before it is sent, and gone once it is answered', async () => {
  const disk = new Memory();
  const outcome = await sendKept(
    SALE,
    () => {
      expect(pendingSale<Body>(disk)).toEqual(SALE);
      return Promise.resolve('receipt');
    },
    disk,
  );
  expect(outcome).toEqual({ kind: 'answered', answer: 'receipt' });
  expect(pendingSale(disk)).toBeNull();
});

test.each([
  ['no answer', new Unanswered('network'), false],
  ['sign-in ran out', refusal(401, 'session.missing'), true],
  ['too many requests', refusal(429, 'request.too_many'), false],
  ['server is busy', refusal(503, 'server.busy'), false],
  ['server fault', refusal(500, 'server.fault'), false],
  ['the same command is still running', refusal(409, 'command.in_flight'), false],
])('%s keeps the sale, so that it can be sent again with the same id', async (_, failure, signIn) => {
  const disk = new Memory();
  const outcome = await sendKept(SALE, () => Promise.reject(failure), disk);
  expect(outcome).toEqual({ kind: 'unknown', signIn });
  expect(pendingSale<Body>(disk)).toEqual(SALE);
});

test.each([
  [409, 'quote.stale'],
  [409, 'ledger.balance_short'],
  [422, 'request.invalid'],
  [403, 'permission.missing'],
])('a refusal (%s %s) decides the sale', async (status, code) => {
  const disk = new Memory();
  const outcome = await sendKept(SALE, () => Promise.reject(refusal(status, code)), disk);
  expect(outcome.kind).toBe('refused');
  expect(pendingSale(disk)).toBeNull();
});

test('what is unreadable on the disk is no sale', () => {
  const disk = new Memory();
  disk.setItem('regulars.pending-sale', '{');
  expect(pendingSale(disk)).toBeNull();
  expect(disk.getItem('regulars.pending-sale')).toBeNull();
});
