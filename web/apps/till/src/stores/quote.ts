import type { ChoicesRequest, Quote, QuoteRequest } from '@regulars/api';
import { Refused } from '@regulars/api';
import { listSum } from '@regulars/shared';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { choicesOf, chosenIn, type CartLine, type OpenOrder } from '../basket';
import { latest } from '../latest';
import { server } from '../server';
import { useCart } from './cart';
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
    const { member, source } = cart.basket;
    return {
      ...chosenIn(cart.basket),
      store_id: store.id,
      source,
      lines: cart.requests,
      member_id: member?.id ?? null,
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
    const { coupons, points, codes, manual } = cart.basket;
    if (code.startsWith('coupon.code_') && codes.length > 0) cart.present([]);
    else if (code.startsWith('coupon.') && coupons !== null) cart.chooseCoupons(null);
    else if (code.startsWith('points.') && points !== null) cart.choosePoints(null);
    else if (/^(order\.discount_|permission\.)/.test(code) && manual.length > 0) cart.discount([]);
    else return;
    notices.fault(failure);
  }

  async function priced({ body, order, lines }: Asked, signal: AbortSignal): Promise<Quote> {
    if (!order) return server.call('POST /quotes', { body, signal });
    await waiting.sync(lines, body.member_id);
    return waiting.quote(order.id, choicesOf(body), signal);
  }

  /** What the bill would be with other choices: refused, nothing of the cart has changed. */
  async function tryOut(other: Partial<ChoicesRequest>, signal?: AbortSignal): Promise<Quote | null> {
    if (!body.value) return null;
    const asked = { ...body.value, ...other };
    const { order } = cart.basket;
    return priced({ key: '', body: asked, order, lines: cart.lines }, signal ?? new AbortController().signal);
  }

  /** Take a coupon's open code; what the server refuses is not kept. */
  async function present(code: string): Promise<void> {
    const codes = [...cart.basket.codes.filter((one) => one !== code), code];
    await tryOut({ codes });
    cart.present(codes);
  }

  const asking = latest<Asked, Quote>(
    priced,
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

  return { quote, body, key, fault, isFresh, estimate, lineOf, renew, tryOut, present };
});
