import type { OrderRow, Receipt, RefundPlan, RefundUnits } from '@regulars/api';
import { newId } from '@regulars/device';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { server } from '../server';
import { t } from '../text';
import { useCart } from './cart';
import { useNotices } from './notices';
import { useQuote } from './quote';
import { useScreen } from './screen';
import { useSession } from './session';

const PAGE = 100;

/** Orders of this store: those of a day, those that wait, and giving money back. */
export const useOrders = defineStore('orders', () => {
  const session = useSession();
  const cart = useCart();
  const quoting = useQuote();
  const screen = useScreen();
  const notices = useNotices();
  const rows = shallowRef<OrderRow[]>([]);
  const cursor = ref<string | null>(null);
  const day = ref('');
  const parked = shallowRef<OrderRow[]>([]);
  const receipt = shallowRef<Receipt | null>(null);
  const loading = ref(false);
  const wanted = ref('');

  const found = computed(() => {
    const text = wanted.value.trim().toUpperCase().replace('-', '');
    return text === ''
      ? rows.value
      : rows.value.filter((row) => row.number.toUpperCase().replace('-', '').includes(text));
  });

  async function page(from: string | null): Promise<void> {
    const store = session.place?.store;
    if (!store) return;
    loading.value = true;
    try {
      const query = { store_id: store.id, limit: PAGE, business_day: day.value, cursor: from ?? '' };
      const answer = await server.call('GET /orders', { query });
      rows.value = from ? [...rows.value, ...answer.orders] : answer.orders;
      cursor.value = answer.next_cursor;
    } catch (failure) {
      notices.fault(failure);
    } finally {
      loading.value = false;
    }
  }
  async function load(): Promise<void> {
    await page(null);
  }
  async function more(): Promise<void> {
    if (cursor.value && !loading.value) await page(cursor.value);
  }
  /** Look for a number: further pages are fetched until it turns up or the day ends. */
  async function seek(): Promise<void> {
    while (found.value.length === 0 && cursor.value) await page(cursor.value);
  }

  async function show(orderId: string): Promise<void> {
    try {
      receipt.value = await server.call('GET /orders/{id}/receipt', { path: { id: orderId } });
    } catch (failure) {
      notices.fault(failure);
    }
  }

  async function loadParked(): Promise<void> {
    const store = session.place?.store;
    if (!store) return;
    const query = { store_id: store.id, state: 'open', limit: PAGE };
    parked.value = (await server.call('GET /orders', { query })).orders;
  }

  /** Let the cart wait on the server, so that any till of the store can take it up again. */
  async function park(): Promise<void> {
    const { place } = session;
    const { body, quote } = quoting;
    if (!place || !body || !quote) return;
    const orderId = newId();
    try {
      await server.call('POST /orders', {
        body: {
          ...body,
          order_id: orderId,
          terminal_id: place.terminal.id,
          fingerprint: quote.fingerprint,
          note: null,
        },
      });
      cart.begin();
      notices.say(() => t('parked.done'));
      await loadParked();
    } catch (failure) {
      notices.fault(failure);
    }
  }

  /** Take a waiting order back into the cart. Whoever takes it first has it. */
  async function resume(row: OrderRow): Promise<void> {
    const path = { id: row.id };
    const { order, lines } = await server.call('GET /orders/{id}', { path });
    const member = order.member_id
      ? await server.call('GET /members/{id}', { path: { id: order.member_id } })
      : null;
    await server.call('POST /orders/{id}/cancel', { path, tag: `"${order.revision}"` });
    cart.take({ lines: lines.map((line) => ({ ...line, id: newId() })), member, source: order.source });
    screen.view = 'sell';
    screen.close();
    await loadParked();
  }

  async function plan(orderId: string, units: RefundUnits[] | null): Promise<RefundPlan> {
    return server.call('POST /orders/{id}/refunds/plan', { path: { id: orderId }, body: { units } });
  }

  /** Give back what was planned. `id` stays the same when it is sent again. */
  async function refund(
    orderId: string,
    given: { id: string; units: RefundUnits[] | null; reason: string },
  ): Promise<void> {
    const path = { id: orderId };
    receipt.value = await server.call('POST /orders/{id}/refunds', {
      path,
      body: given,
      command: given.id,
    });
    await load();
  }

  return {
    rows,
    found,
    cursor,
    day,
    parked,
    receipt,
    loading,
    wanted,
    load,
    more,
    seek,
    show,
    loadParked,
    park,
    resume,
    plan,
    refund,
  };
});
