/** What a scan, or a text entered in the search field, does. */
import { classify, usualChoice } from '@regulars/shared';
import { server } from './server';
import { t } from './text';
import { useCart } from './stores/cart';
import { useMembers } from './stores/members';
import { useMenu } from './stores/menu';
import { useNotices } from './stores/notices';
import { useOrders } from './stores/orders';
import { usePayment } from './stores/payment';
import { useQuote } from './stores/quote';
import { useSession } from './stores/session';
import { useScreen } from './stores/screen';

const PICK_UP_SHAPE = /^\d{6}$/;
const CARD_SHAPE = /^[0-9A-Za-z]{4,20}$/;

export interface Heard {
  /** A scanner or card reader sent this. */
  scanned(text: string): Promise<void>;
  /** Somebody typed this and pressed Enter. */
  entered(text: string): Promise<void>;
  /** Greet the member whom a text names, or offer to join. */
  greet(text: string): Promise<void>;
}

export function useHeard(): Heard {
  const cart = useCart();
  const members = useMembers();
  const menu = useMenu();
  const notices = useNotices();
  const orders = useOrders();
  const payment = usePayment();
  const quoting = useQuote();
  const session = useSession();
  const screen = useScreen();

  function backToSelling(): void {
    if (screen.view === 'paid') payment.finish();
    if (screen.view === 'orders') screen.view = 'sell';
  }

  function sellBarcode(text: string): boolean {
    const found = menu.index.barcodes.get(text);
    if (!found || screen.view === 'pay') return false;
    backToSelling();
    const { product, variant } = found;
    const usual = usualChoice(product, menu.index);
    if (product.sold_out || variant.sold_out || !usual) {
      screen.open({ kind: 'product', productId: product.id, lineId: null });
    } else {
      cart.add({ ...usual, variant_id: variant.id });
    }
    return true;
  }

  function sellFound(text: string): boolean {
    const first = menu.find(text)[0];
    if (first) cart.tap(first);
    return first !== undefined;
  }

  async function greet(text: string): Promise<void> {
    if (screen.view === 'paid' || screen.view === 'orders') backToSelling();
    try {
      const card = await members.find(text);
      if (card) screen.close();
      else screen.open({ kind: 'find_member', text });
    } catch (failure) {
      notices.fault(failure);
    }
  }

  async function present(code: string): Promise<void> {
    backToSelling();
    try {
      await quoting.present(code);
      screen.open({ kind: 'coupons' });
    } catch (failure) {
      notices.fault(failure);
    }
  }

  /** Whether a code is that of a thing which waits here; then it is shown. */
  async function pickUp(code: string): Promise<boolean> {
    if (!PICK_UP_SHAPE.test(code)) return false;
    try {
      const path = { store_id: session.place?.store.id ?? '' };
      const waiting = await server.call('GET /stores/{store_id}/mall-orders', { path });
      const order = waiting.find((one) => one.code === code);
      if (order) screen.open({ kind: 'pick_up', order });
      return order !== undefined;
    } catch (failure) {
      notices.fault(failure);
      return true;
    }
  }

  async function showNumber(text: string): Promise<void> {
    screen.view = 'orders';
    orders.wanted = text;
    await orders.load();
    await orders.seek();
    const only = orders.found.length === 1 ? orders.found[0] : undefined;
    if (only) await orders.show(only.id);
  }

  async function scanned(text: string): Promise<void> {
    if (sellBarcode(text.trim())) return;
    const scan = classify(text, screen.view === 'pay');
    switch (scan.kind) {
      case 'order':
        screen.close();
        screen.view = 'orders';
        await orders.load();
        await orders.show(scan.text);
        return;
      case 'pay_code':
        notices.say(() => t('scan.pay_code'));
        return;
      case 'phone':
      case 'card':
      case 'email':
        await greet(scan.text);
        return;
      case 'coupon':
        await present(scan.text);
        return;
      case 'number':
        if (screen.view !== 'pay') await showNumber(scan.text);
        return;
      case 'barcode':
      case 'other':
        if (screen.view === 'sell' && sellFound(scan.text)) return;
        if (screen.view !== 'pay' && (await pickUp(scan.text))) return;
        if (CARD_SHAPE.test(scan.text) && screen.view !== 'pay') await greet(scan.text);
        else notices.say(() => t('scan.unknown'));
    }
  }

  async function entered(text: string): Promise<void> {
    if (text.trim() === '') return;
    if (!sellBarcode(text.trim()) && !sellFound(text)) await scanned(text);
  }

  return { scanned, entered, greet };
}
