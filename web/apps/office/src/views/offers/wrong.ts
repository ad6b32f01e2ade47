/** What is wrong in a long form, for the eye and the keyboard. */

/** Whether a field holds what cannot be read: it says why, and nothing is sent. */
export function unreadIn(form: HTMLElement | null): boolean {
  return Boolean(form?.querySelector('[data-unread]'));
}

/** Go to the first field that cannot be read, else to the first that was refused. */
export function showWrong(form: HTMLElement | null): void {
  const wrong = form?.querySelector<HTMLElement>('[data-unread]') ?? form?.querySelector<HTMLElement>('.is-error');
  (wrong?.querySelector<HTMLElement>('input, textarea') ?? wrong)?.focus({ preventScroll: true });
  wrong?.scrollIntoView({ block: 'center' });
}
