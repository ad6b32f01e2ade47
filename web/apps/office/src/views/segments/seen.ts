import { onBeforeUnmount, onMounted, type Ref } from 'vue';

/** Does something once, as soon as an element has come into sight. */
export function useSeen(element: Ref<HTMLElement | null>, work: () => void): void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    work();
  });
  onMounted(() => {
    if (element.value) observer.observe(element.value);
  });
  onBeforeUnmount(() => observer.disconnect());
}
