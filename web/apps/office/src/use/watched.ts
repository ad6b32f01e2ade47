/** Something that goes on at the server: asked again every so often until it is over. */
import { onScopeDispose, watch, type WatchSource } from 'vue';
import { useLoaded, type Loaded } from './loaded';

const AGAIN_MILLISECONDS = 1_500;

export function useWatched<Value>(
  ask: (signal: AbortSignal) => Promise<Value>,
  goesOn: (value: Value) => boolean,
  dependsOn: WatchSource[] = [],
): Loaded<Value> {
  const loaded = useLoaded(ask, dependsOn);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(loaded.value, (value) => {
    clearTimeout(timer);
    if (value !== null && goesOn(value)) timer = setTimeout(() => void loaded.load(), AGAIN_MILLISECONDS);
  });
  onScopeDispose(() => clearTimeout(timer));
  return loaded;
}
