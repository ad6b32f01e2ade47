/** A value once nobody has changed it for a while: what is asked of the server while somebody types. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';

export function useSettled<Value>(source: () => Value, milliseconds: number): ShallowRef<Value> {
  const settled = shallowRef(source()) as ShallowRef<Value>;
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(source, (value) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      settled.value = value;
    }, milliseconds);
  });
  onScopeDispose(() => clearTimeout(timer));
  return settled;
}
