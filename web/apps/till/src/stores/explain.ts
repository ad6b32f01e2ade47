import type { Quote, QuoteRequest } from '@regulars/api';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { switchId } from '../deductions';
import { latest } from '../latest';
import { server } from '../server';
import { useCart } from './cart';
import { useQuote } from './quote';

interface Known<Value> {
  key: string;
  value: Value;
}

/** What each saving is worth to the guest, and what switching some off costs her. */
export const useExplain = defineStore('explain', () => {
  const cart = useCart();
  const quoting = useQuote();
  const worth = shallowRef<Known<ReadonlyMap<string, number>> | null>(null);
  const nothingOff = shallowRef<Known<number> | null>(null);

  const plainKey = computed(() =>
    quoting.body ? JSON.stringify([cart.basket.order?.id, { ...quoting.body, without: [] }]) : '',
  );
  /** How much dearer the bill is than with everything switched on. Units: minor units. */
  const dearer = computed(() => {
    const { quote } = quoting;
    const known = nothingOff.value;
    if (!quote || !quoting.isFresh || known?.key !== plainKey.value) return 0;
    return quote.totals.due_minor - known.value;
  });

  const comparing = latest<string, Quote | null>(
    (_, signal) => quoting.tryOut({ without: [] }, signal),
    {
      answered(key, answer) {
        if (answer) nothingOff.value = { key, value: answer.totals.due_minor };
      },
      // Without an answer there is nothing to compare with, and the bill itself tells the fault.
      failed() {
        nothingOff.value = null;
      },
    },
    0,
  );
  watch(
    () => [quoting.isFresh, plainKey.value, quoting.quote] as const,
    ([isFresh, key, quote]) => {
      if (!isFresh || !quote || nothingOff.value?.key === key) return;
      if (cart.basket.without.length === 0) nothingOff.value = { key, value: quote.totals.due_minor };
      else comparing.ask(key);
    },
  );

  const weighing = latest<{ key: string; body: QuoteRequest }, Quote>(
    ({ body }, signal) => server.call('POST /quotes', { body: { ...body, explain: 'full' }, signal }),
    {
      answered({ key }, { runners_up }) {
        const rows = runners_up.map((one): [string, number] => [
          `${one.source_id ?? ''} ${one.coupon_id ?? ''}`,
          one.dearer_minor,
        ]);
        worth.value = { key, value: new Map(rows) };
      },
      failed() {
        worth.value = null;
      },
    },
    0,
  );
  /** Ask what the bill would be without each saving. An order on hold has no such answer. */
  function weigh(): void {
    const { body, key } = quoting;
    if (!body || !quoting.isFresh || cart.basket.order || worth.value?.key === key) return;
    weighing.ask({ key, body });
  }
  /** How much dearer the bill is without one saving; null while nobody knows. */
  function without(one: Parameters<typeof switchId>[0]): number | null {
    if (worth.value?.key !== quoting.key || switchId(one) === null) return null;
    return worth.value.value.get(`${one.source_id ?? ''} ${one.coupon_id ?? ''}`) ?? null;
  }

  return { dearer, weigh, without };
});
