/** `/` goes to the search field of the page, wherever the person is but in a field. */
import { onBeforeUnmount, onMounted } from 'vue';

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

function heard(event: KeyboardEvent): void {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  const field = document.querySelector<HTMLElement>('[data-search] input, input[data-search]');
  if (!field) return;
  event.preventDefault();
  field.focus();
}

export function useKeys(): void {
  onMounted(() => document.addEventListener('keydown', heard));
  onBeforeUnmount(() => document.removeEventListener('keydown', heard));
}
