import type { ChoicesRequest, LineRequest, OrderRow, Quote, Receipt, TenderRequest } from '@regulars/api';
import { newId } from '@regulars/device';
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { server } from '../server';
import type { CartLine, Source } from '../basket';
import { t } from '../text';
import { useCart } from './cart';
import { useNotices } from './notices';
import { useScreen } from './screen';
import { useSession } from './session';

const LIST_MAX = 100;

/** An order that waits on the server, as this till last saw it. */
interface Seen {
  id: string;
  revision: number;
  memberId: string | null;
  lines: ReadonlyMap<string, { quantity: number; note: string | null }>;
}

/** Orders on hold: parked on the server, taken up again by any till, kept at their prices. */
export const useWaiting = defineStore('waiting', () => {
  const session = useSession();
  const cart = useCart();
  const screen = useScreen();
  const notices = useNotices();
  const rows = shallowRef<OrderRow[]>([]);
  const revision = ref(0);
  let seen: Seen | null = null;
  let chain: Promise<void> = Promise.resolve();

  async function load(): Promise<void> {
    const store = session.place?.store;
    if (!store) return;
    const query = { store_id: store.id, state: 'open' as const, limit: LIST_MAX };
    rows.value = (await server.call('GET /orders', { query })).orders;
  }

  /** Let the cart wait. A cart that was taken from hold goes back to it. */
  async function park(): Promise<void> {
    const { place } = session;
    const { order, source, member } = cart.basket;
    if (!place || cart.isEmpty) return;
    try {
      if (order) await sync(cart.lines, member?.id ?? null);
      else {
        await server.call('POST /orders', {
          body: {
            order_id: newId(),
            store_id: place.store.id,
            terminal_id: place.terminal.id,
            source,
            note: null,
            lines: cart.requests,
            member_id: member?.id ?? null,
          },
        });
      }
      cart.begin();
      notices.say(() => t('parked.done'));
      await load();
    } catch (failure) {
      notices.fault(failure);
    }
  }

  function remember(receipt: Receipt): void {
    const lines = receipt.lines.map((line): [string, { quantity: number; note: string | null }] => [
      line.id,
      { quantity: line.quantity, note: line.note },
    ]);
    seen = {
      id: receipt.order.id,
      revision: receipt.order.revision,
      memberId: receipt.member?.id ?? null,
      lines: new Map(lines),
    };
    revision.value = seen.revision;
  }

  /** Take a waiting order into the cart; it stays on hold until it is paid. */
  async function resume(row: OrderRow): Promise<void> {
    const receipt = await server.call('GET /orders/{order_id}', { path: { order_id: row.id } });
    const member = row.member_id
      ? await server.call('GET /members/{member_id}', { path: { member_id: row.member_id } })
      : null;
    remember(receipt);
    const lines: CartLine[] = receipt.lines.map((line) => ({
      id: line.id,
      product_id: '',
      variant_id: '',
      quantity: line.quantity,
      options: [],
      combo: [],
      note: line.note,
      kept: line,
    }));
    cart.take({ lines, member, source: row.source as Source, order: { id: row.id, number: row.number } });
    screen.view = 'sell';
    screen.close();
  }

  async function cancel(row: OrderRow): Promise<void> {
    const path = { order_id: row.id };
    await server.call('POST /orders/{order_id}/cancel', { path, tag: `"${row.revision}"` });
    await load();
  }

  async function step(work: (path: { order_id: string }, tag: string) => Promise<{ revision: number }>): Promise<void> {
    if (!seen) return;
    const changed = await work({ order_id: seen.id }, `"${seen.revision}"`);
    seen = { ...seen, revision: changed.revision };
    revision.value = changed.revision;
  }

  async function bring(lines: readonly CartLine[], memberId: string | null): Promise<void> {
    if (!seen) return;
    const wanted = new Map(lines.map((line) => [line.id, line]));
    for (const id of seen.lines.keys()) {
      if (wanted.has(id)) continue;
      await step((path, tag) =>
        server.call('POST /orders/{order_id}/lines/{line_id}/void', { path: { ...path, line_id: id }, tag }),
      );
    }
    for (const line of lines) {
      const known = seen.lines.get(line.id);
      if (!known || (known.quantity === line.quantity && known.note === line.note)) continue;
      const body = { quantity: line.quantity, note: line.note };
      await step((path, tag) =>
        server.call('PATCH /orders/{order_id}/lines/{line_id}', { path: { ...path, line_id: line.id }, body, tag }),
      );
    }
    const added: LineRequest[] = cart.asRequests(lines.filter((line) => !seen?.lines.has(line.id)));
    if (added.length > 0) {
      const body = { lines: added };
      await step((path, tag) => server.call('POST /orders/{order_id}/lines', { path, body, tag }));
    }
    if (memberId !== seen.memberId) {
      const body = { member_id: memberId };
      await step((path, tag) => server.call('PUT /orders/{order_id}/member', { path, body, tag }));
    }
    seen = { ...seen, memberId, lines: new Map(lines.map(({ id, quantity, note }) => [id, { quantity, note }])) };
  }

  /** Bring the server's order to what the cart shows, one change after another. */
  async function sync(lines: readonly CartLine[], memberId: string | null): Promise<void> {
    const mine = chain.then(async () => {
      try {
        await bring(lines, memberId);
      } catch (failure) {
        if (seen) await reread(seen.id);
        throw failure;
      }
    });
    chain = mine.catch(() => undefined);
    await mine;
  }
  async function reread(orderId: string): Promise<void> {
    remember(await server.call('GET /orders/{order_id}', { path: { order_id: orderId } }));
  }

  async function quote(orderId: string, choices: ChoicesRequest, signal: AbortSignal): Promise<Quote> {
    const path = { order_id: orderId };
    return server.call('POST /orders/{order_id}/quote', { path, body: choices, signal });
  }

  async function settle(
    command: string,
    given: { orderId: string; tag: string; body: ChoicesRequest & { tenders: TenderRequest[]; fingerprint: string } },
  ): Promise<Receipt> {
    const path = { order_id: given.orderId };
    const { body, tag } = given;
    return server.call('POST /orders/{order_id}/settle', { path, body, tag, command });
  }

  return { rows, revision, load, park, resume, cancel, sync, quote, settle };
});
