import type { OrderRow, Receipt, RefundKind, RefundPlan, RefundUnits } from '@regulars/api';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { server } from '../server';
import { useNotices } from './notices';
import { useSession } from './session';

const PAGE = 100;

/** Orders of this store on one day, and giving money back. */
export const useOrders = defineStore('orders', () => {
  const session = useSession();
  const notices = useNotices();
  const rows = shallowRef<OrderRow[]>([]);
  const cursor = ref<string | null>(null);
  const day = ref('');
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
      const query = { store_id: store.id, limit: PAGE, business_day: day.value || null, cursor: from };
      const answer = await server.call('GET /orders', { query });
      rows.value = from ? [...rows.value, ...answer.orders] : answer.orders;
      cursor.value = answer.next_cursor;
      day.value = answer.business_day;
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
      receipt.value = await server.call('GET /orders/{order_id}/receipt', { path: { order_id: orderId } });
    } catch (failure) {
      notices.fault(failure);
    }
  }

  async function plan(orderId: string, units: RefundUnits[] | null): Promise<RefundPlan> {
    return server.call('POST /orders/{order_id}/refunds/plan', { path: { order_id: orderId }, body: { units } });
  }

  /** Give back what was planned. `id` stays the same when it is sent again. */
  async function refund(
    orderId: string,
    given: { id: string; units: RefundUnits[] | null; reason: string; plan: RefundKind },
  ): Promise<void> {
    const path = { order_id: orderId };
    receipt.value = await server.call('POST /orders/{order_id}/refunds', {
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
    receipt,
    loading,
    wanted,
    load,
    more,
    seek,
    show,
    plan,
    refund,
  };
});
