import type { ChoicesRequest, LineRequest, ManualRequest, MemberCard, MenuProduct } from '@regulars/api';
import { newId } from '@regulars/device';
import { missingIn, sameChoice, usualChoice, type Choice } from '@regulars/shared';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { EMPTY, type Basket, type CartLine, type Source, type Switched } from '../basket';
import { named, t } from '../text';
import { useMenu } from './menu';
import { useNotices } from './notices';
import { useScreen } from './screen';

const QUANTITY_MAX = 99;

/** What the guest wants, who she is, and which proposals the cashier changed. No prices here. */
export const useCart = defineStore('cart', () => {
  const menu = useMenu();
  const notices = useNotices();
  const screen = useScreen();
  const basket = shallowRef<Basket>(EMPTY);
  const selected = ref<string | null>(null);

  const lines = computed(() => basket.value.lines);
  const member = computed(() => basket.value.member);
  const isEmpty = computed(() => lines.value.length === 0);
  const counts = computed(() => {
    const found = new Map<string, number>();
    for (const line of lines.value) {
      found.set(line.product_id, (found.get(line.product_id) ?? 0) + line.quantity);
    }
    return found;
  });

  const requests = computed(() => asRequests(basket.value.lines));

  function asRequests(from: readonly CartLine[]): LineRequest[] {
    return from.map(({ kept: _, ...request }) => request);
  }
  function change(part: Partial<Basket>): void {
    basket.value = { ...basket.value, ...part };
  }
  function changeLine(id: string, part: Partial<CartLine>): void {
    change({ lines: lines.value.map((line) => (line.id === id ? { ...line, ...part } : line)) });
  }

  /** Add a choice; the same choice again raises its line. */
  function add(choice: Choice, quantity = 1): void {
    const known = lines.value.find(
      (line) => line.kept === null && sameChoice(line, choice) && line.quantity + quantity <= QUANTITY_MAX,
    );
    if (known) {
      changeLine(known.id, { quantity: known.quantity + quantity });
      selected.value = known.id;
      return;
    }
    const line: CartLine = { ...choice, id: newId(), quantity, kept: null };
    change({ lines: [...lines.value, line] });
    selected.value = line.id;
  }

  /** One tap on a tile: the usual drink, or the sheet when something must be chosen first. */
  function tap(product: MenuProduct): void {
    const usual = usualChoice(product, menu.index);
    const ready = usual && !product.sold_out && !missingIn(usual, product, menu.index);
    if (ready) add(usual);
    else screen.open({ kind: 'product', productId: product.id, lineId: null });
  }

  /** Another choice on a line is another line in its place. */
  function remake(id: string, choice: Choice, quantity: number): void {
    const made: CartLine = { ...choice, id: newId(), quantity, kept: null };
    change({
      lines: lines.value.map((line) => (line.id === id ? made : line)),
      manual: basket.value.manual.map((one) => (one.line_id === id ? { ...one, line_id: made.id } : one)),
    });
    selected.value = made.id;
  }

  function undoable(text: () => string): void {
    const before = basket.value;
    notices.undoable(text, () => {
      basket.value = before;
    });
  }

  function setQuantity(id: string, quantity: number): void {
    if (quantity < 1) remove(id);
    else changeLine(id, { quantity: Math.min(quantity, QUANTITY_MAX) });
  }
  function remove(id: string): void {
    const line = lines.value.find((one) => one.id === id);
    const gone = line?.kept ?? menu.index.products.get(line?.product_id ?? '');
    undoable(() => t('cart.removed', { name: gone ? named(gone) : '' }));
    change({
      lines: lines.value.filter((line) => line.id !== id),
      manual: basket.value.manual.filter((one) => one.line_id !== id),
    });
  }
  function clear(): void {
    if (!isEmpty.value || member.value) undoable(() => t('cart.cleared'));
    begin();
  }
  /** The next guest. */
  function begin(): void {
    basket.value = EMPTY;
    selected.value = null;
  }
  function take(next: Partial<Basket>): void {
    basket.value = { ...EMPTY, ...next };
    selected.value = null;
  }

  function greet(next: MemberCard | null): void {
    const same = next?.id === member.value?.id;
    change(same ? { member: next } : { member: next, coupons: null, points: null, without: [] });
  }
  function forget(): void {
    undoable(() => t('member.removed'));
    greet(null);
  }
  function choosePoints(points: number | null): void {
    change({ points });
  }
  function chooseCoupons(coupons: string[] | null): void {
    change({ coupons });
  }
  function switchOff(off: Switched | null): void {
    if (off) change({ without: [...basket.value.without.filter((one) => one.id !== off.id), off] });
  }
  function switchOn(id: string): void {
    change({ without: basket.value.without.filter((one) => one.id !== id) });
  }
  function present(codes: string[]): void {
    change({ codes });
  }
  function discount(manual: ManualRequest[]): void {
    change({ manual });
  }
  function takeDiscount(id: string): void {
    discount(basket.value.manual.filter((one) => one.id !== id));
  }
  /** What some offers ask: how many guests there are, and how they mean to pay. */
  function tell(said: Partial<Pick<ChoicesRequest, 'party' | 'tender'>>): void {
    change(said);
  }
  function decline(offerId: string): void {
    change({ declined: [...basket.value.declined, offerId] });
  }
  function sellAs(source: Source): void {
    change({ source });
  }

  return {
    basket,
    lines,
    requests,
    asRequests,
    member,
    isEmpty,
    counts,
    selected,
    add,
    tap,
    changeLine,
    remake,
    setQuantity,
    remove,
    clear,
    begin,
    take,
    greet,
    forget,
    choosePoints,
    chooseCoupons,
    switchOff,
    switchOn,
    present,
    discount,
    takeDiscount,
    tell,
    decline,
    sellAs,
  };
});
