/** Typing anywhere goes where it belongs: to the search field, or to the amount while paying. */
import { usePayment } from './stores/payment';
import { useScreen } from './stores/screen';
import { useSession } from './stores/session';

/** The search field: whoever types without a focus types here. */
export const SEARCH_FIELD_ID = 'search';

/** The field for a coupon's code. */
export const CODE_FIELD_ID = 'coupon-code';

/** Fields that a scan may be meant for; whoever writes into another one only writes. */
const HEARING_FIELDS = new Set([SEARCH_FIELD_ID, 'find-member', CODE_FIELD_ID]);

/** Whether the focus is in a field for a name, a note or a reason. */
export function isPlainWriting(): boolean {
  const { activeElement } = document;
  return isWriting(activeElement) && !HEARING_FIELDS.has(activeElement?.id ?? '');
}

function isWriting(element: Element | null): boolean {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}

function focusSearch(): void {
  document.getElementById(SEARCH_FIELD_ID)?.focus();
}

export function listenForTyping(target: Document): () => void {
  const screen = useScreen();
  const payment = usePayment();
  const session = useSession();

  function whilePaying(event: KeyboardEvent): void {
    if (/^[\d.]$/.test(event.key)) payment.press(event.key);
    else if (event.key === 'Backspace') payment.erase();
    else if (event.key === 'Escape') payment.leave();
    else if (event.key === 'Enter' && payment.amount !== null) {
      event.preventDefault();
      payment.payCash(null);
    }
  }
  function whileSelling(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      screen.search = '';
      focusSearch();
    } else if (event.key === 'Enter' && event.ctrlKey) {
      if (payment.canSell) payment.open();
    } else if (event.key === 'Process' || (event.key.length === 1 && event.key !== ' ')) {
      // The key itself is then written into the field; "Process" is an input method at work.
      focusSearch();
    }
  }
  function whenPaid(event: KeyboardEvent): void {
    const next = event.key === 'Escape' || event.key.length === 1;
    if (!next && !(event.key === 'Enter' && target.activeElement === target.body)) return;
    payment.finish();
    if (event.key.length === 1) whileSelling(event);
  }

  const pressed = (event: KeyboardEvent): void => {
    const isShortcut = event.altKey || event.metaKey || (event.ctrlKey && event.key !== 'Enter');
    if (isShortcut || session.stage !== 'ready' || screen.sheet !== null) return;
    if (isWriting(target.activeElement) && event.key !== 'Escape') return;
    if (screen.view === 'pay') whilePaying(event);
    else if (screen.view === 'paid') whenPaid(event);
    else whileSelling(event);
  };
  target.addEventListener('keydown', pressed);
  return () => target.removeEventListener('keydown', pressed);
}
