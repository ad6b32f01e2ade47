import type { ChoicesRequest, Receipt, SaleRequest, TenderRequest } from '@regulars/api';
import { Refused } from '@regulars/api';
import { newId, pendingSale, sendKept, type Pending } from '@regulars/device';
import { parseAmount, quickAmounts, scaleOf } from '@regulars/shared';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { choicesOf } from '../basket';
import { server } from '../server';
import { currency, t } from '../text';
import { cashPart, withNames } from '../tendering';
import { useCart } from './cart';
import { useConnection } from './connection';
import { useNotices } from './notices';
import { useQuote } from './quote';
import { useScreen } from './screen';
import { useSession } from './session';
import { useWaiting } from './waiting';

const SHORTEST_WAIT_MILLISECONDS = 1_000;
const LONGEST_WAIT_MILLISECONDS = 30_000;

/** The payment of an order from hold; a sale opens and pays at once. */
interface Settlement {
  orderId: string;
  tag: string;
  body: ChoicesRequest & { tenders: TenderRequest[]; fingerprint: string };
}
type Payment = { sale: SaleRequest } | { settlement: Settlement };
type Kind = TenderRequest['kind'];

/** From the amount due to a receipt: tenders, the one command, and what to do without an answer. */
export const usePayment = defineStore('payment', () => {
  const cart = useCart();
  const quoting = useQuote();
  const session = useSession();
  const screen = useScreen();
  const notices = useNotices();
  const connection = useConnection();
  const waiting = useWaiting();
  const tenders = shallowRef<TenderRequest[]>([]);
  const entered = ref('');
  const sending = ref(false);
  const pending = shallowRef<Pending<Payment> | null>(pendingSale<Payment>(localStorage));
  const fault = shallowRef<unknown>(null);
  const receipt = shallowRef<Receipt | null>(null);

  let wait = SHORTEST_WAIT_MILLISECONDS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  if (pending.value) screen.view = 'pay';

  const due = computed(() => quoting.quote?.totals.due_minor ?? 0);
  const rest = computed(() => tenders.value.reduce((left, one) => left - one.amount_minor, due.value));
  /** What is asked in cash: a bill paid in cash alone is rounded by the server's Terms. */
  const cashRest = computed(() =>
    tenders.value.length === 0 ? (quoting.quote?.totals.cash_due_minor ?? 0) : rest.value,
  );
  const amount = computed(() => parseAmount(entered.value, currency.value));
  const quick = computed(() => quickAmounts(cashRest.value, 10 ** scaleOf(currency.value)));
  const balance = computed(() => {
    const card = cart.member;
    const used = tenders.value.find((one) => one.kind === 'stored_value')?.amount_minor ?? 0;
    return card ? card.principal_minor + card.bonus_minor - used : 0;
  });
  const canSell = computed(() => quoting.isFresh && !sending.value && pending.value === null);

  function open(): void {
    tenders.value = [];
    entered.value = '';
    fault.value = null;
    screen.view = 'pay';
  }
  function leave(): void {
    tenders.value = [];
    entered.value = '';
    screen.view = 'sell';
  }
  function press(key: string): void {
    const next = entered.value + key;
    if (parseAmount(next, currency.value) !== null) entered.value = next;
  }
  function erase(): void {
    entered.value = entered.value.slice(0, -1);
  }
  function drop(id: string): void {
    tenders.value = tenders.value.filter((one) => one.id !== id);
  }

  function has(kind: Kind): boolean {
    return tenders.value.some((one) => one.kind === kind);
  }
  function put(kind: Kind, minor: number, tendered: number | null): void {
    tenders.value = [
      ...tenders.value,
      { id: newId(), kind, amount_minor: minor, tendered_minor: tendered },
    ];
    entered.value = '';
  }
  /** Cash: a smaller amount pays a part, a larger one gives change and finishes the bill. */
  function payCash(handedOver: number | null): void {
    const given = handedOver ?? amount.value ?? cashRest.value;
    if (given <= 0 || has('cash')) return;
    const part = cashPart(given, rest.value, cashRest.value);
    put('cash', part.amount, given);
    if (part.finishes) void settle();
  }
  function payWith(kind: 'stored_value' | 'external', most: number): void {
    const minor = Math.min(amount.value ?? rest.value, rest.value, most);
    if (minor <= 0) return;
    put(kind, minor, null);
    if (rest.value === 0) void settle();
  }
  function payExternal(): void {
    payWith('external', rest.value);
  }
  function payStored(): void {
    if (!has('stored_value')) payWith('stored_value', balance.value);
  }

  function request(): Payment | null {
    const place = session.place;
    const { body, quote } = quoting;
    if (!place || !body || !quote) return null;
    const paying = { ...choicesOf(body), fingerprint: quote.fingerprint, tenders: tenders.value };
    const { order } = cart.basket;
    if (order) {
      return { settlement: { orderId: order.id, tag: `"${waiting.revision}"`, body: paying } };
    }
    const { store_id, source, lines, member_id } = body;
    const terminal_id = place.terminal.id;
    const head = { order_id: newId(), store_id, terminal_id, source, lines, member_id, note: null };
    return { sale: { ...head, ...paying } };
  }

  async function settle(): Promise<void> {
    const body = canSell.value ? request() : null;
    if (body) await send({ command: newId(), body });
  }

  async function send(next: Pending<Payment>): Promise<void> {
    clearTimeout(timer);
    sending.value = true;
    fault.value = null;
    pending.value = next;
    const outcome = await sendKept<Payment, Receipt>(
      next,
      ({ command, body }) =>
        'sale' in body
          ? server.call('POST /sales', { body: body.sale, command })
          : waiting.settle(command, body.settlement),
      localStorage,
    );
    sending.value = false;
    if (outcome.kind === 'unknown') {
      connection.askNow();
      wait = Math.min(wait * 2, LONGEST_WAIT_MILLISECONDS);
      timer = setTimeout(() => void tryAgain(), wait);
      return;
    }
    wait = SHORTEST_WAIT_MILLISECONDS;
    pending.value = null;
    if (outcome.kind === 'answered') paid(outcome.answer);
    else await refused(outcome.refusal, orderOf(next.body));
  }

  function orderOf(payment: Payment): string {
    return 'sale' in payment ? payment.sale.order_id : payment.settlement.orderId;
  }

  function paid(answer: Receipt): void {
    receipt.value = withNames(answer, cart.member, session.session?.staff.name ?? null);
    if (cart.basket.order) void waiting.load();
    tenders.value = [];
    entered.value = '';
    cart.begin();
    screen.close();
    screen.view = 'paid';
  }

  async function refused(refusal: Refused, orderId: string): Promise<void> {
    if (refusal.problem.code === 'command.reused' && (await foundPaid(orderId))) return;
    tenders.value = [];
    if (cart.isEmpty) {
      screen.view = 'sell';
      notices.fault(refusal);
      return;
    }
    fault.value = refusal.problem.code === 'quote.stale' ? null : refusal;
    if (fault.value === null) notices.say(() => t('pay.price_changed'));
    quoting.renew();
  }
  /** A colleague's earlier attempt may have paid the order already. */
  async function foundPaid(orderId: string): Promise<boolean> {
    try {
      paid(await server.call('GET /orders/{order_id}/receipt', { path: { order_id: orderId } }));
      return true;
    } catch {
      return false;
    }
  }

  /** Send the sale without an answer once more, with the same id: it can only happen once. */
  async function tryAgain(): Promise<void> {
    if (pending.value && !sending.value && session.stage === 'ready') await send(pending.value);
  }
  watch(
    () => [connection.link, session.stage] as const,
    ([link, stage]) => {
      if (link === 'online' && stage === 'ready') void tryAgain();
    },
  );

  /** The next guest. */
  function finish(): void {
    receipt.value = null;
    screen.view = 'sell';
  }

  return {
    tenders,
    entered,
    sending,
    pending,
    fault,
    receipt,
    due,
    rest,
    cashRest,
    amount,
    quick,
    balance,
    canSell,
    has,
    open,
    leave,
    press,
    erase,
    drop,
    payCash,
    payExternal,
    payStored,
    settle,
    tryAgain,
    finish,
  };
});
