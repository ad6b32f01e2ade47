import type { Quote, QuoteRequest } from '@regulars/api';
import { Refused } from '@regulars/api';
import { listSum } from '@regulars/shared';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { latest } from '../latest';
import { server } from '../server';
import { useCart, type CartLine, type OpenOrder } from './cart';
import { useConnection } from './connection';
import { useMenu } from './menu';
import { useNotices } from './notices';
import { useSession } from './session';
import { useWaiting } from './waiting';

const PAUSE_MILLISECONDS = 60;

interface Asked {
  key: string;
  body: QuoteRequest;
  order: OpenOrder | null;
  lines: CartLine[];
}

/** What the server says the cart costs, and why. Until it says so, a greyed sum of list prices. */
export const useQuote = defineStore('quote', () => {
  const cart = useCart();
  const menu = useMenu();
  const session = useSession();
  const notices = useNotices();
  const connection = useConnection();
  const waiting = useWaiting();
  const quote = shallowRef<Quote | null>(null);
  const answeredKey = shallowRef('');
  const fault = shallowRef<unknown>(null);

  const body = computed<QuoteRequest | null>(() => {
    const store = session.place?.store;
    if (!store || cart.isEmpty) return null;
    const { member, source, coupons, points, without } = cart.basket;
    return {
      store_id: store.id,
      source,
      lines: cart.requests,
      member_id: member?.id ?? null,
      coupons,
      points,
      without: without.map((one) => one.id),
    };
  });
  const key = computed(() =>
    body.value ? JSON.stringify([cart.basket.order?.id, body.value]) : '',
  );
  const isFresh = computed(() => key.value !== '' && key.value === answeredKey.value);
  const estimate = computed(() => {
    const kept = cart.lines.flatMap((line) => (line.kept ? line.kept.unit_list_minor * line.quantity : []));
    return kept.reduce((sum, minor) => sum + minor, listSum(cart.requests, menu.index));
  });

  /** A choice that the server refuses is taken back, so that the till proposes the best again. */
  function takeBack(failure: unknown): void {
    if (!(failure instanceof Refused)) return;
    const { code } = failure.problem;
    if (code.startsWith('coupon.') && cart.basket.coupons !== null) cart.chooseCoupons(null);
    else if (code.startsWith('points.') && cart.basket.points !== null) cart.choosePoints(null);
    else return;
    notices.fault(failure);
  }

  const asking = latest<Asked, Quote>(
    async ({ body, order, lines }, signal) => {
      if (!order) return server.call('POST /quotes', { body, signal });
      const { coupons, points, without } = body;
      await waiting.sync(lines, body.member_id);
      return waiting.quote(order.id, { coupons, points, without }, signal);
    },
    {
      answered(asked, answer) {
        quote.value = answer;
        answeredKey.value = asked.key;
        fault.value = null;
      },
      failed(_, failure) {
        fault.value = failure;
        takeBack(failure);
      },
    },
    PAUSE_MILLISECONDS,
  );

  function ask(): void {
    if (body.value) {
      asking.ask({
        key: key.value,
        body: body.value,
        order: cart.basket.order,
        lines: cart.lines,
      });
      return;
    }
    asking.cancel();
    quote.value = null;
    answeredKey.value = '';
    fault.value = null;
  }
  /** The quote grew old (prices or the member's value changed): ask again. */
  function renew(): void {
    answeredKey.value = '';
    ask();
  }
  watch(key, ask);
  watch(
    () => connection.link,
    (link) => {
      if (link === 'online' && fault.value !== null) ask();
    },
  );
  watch(
    () => menu.menu?.revision,
    (revision, before) => {
      if (before !== undefined && revision !== before && body.value) ask();
    },
  );

  const lineOf = computed(() => new Map((quote.value?.lines ?? []).map((line) => [line.id, line])));

  return { quote, body, fault, isFresh, estimate, lineOf, renew };
});
