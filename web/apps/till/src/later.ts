/** Sheets that are fetched when they are first opened: the till itself starts without them. */
import { defineAsyncComponent, type Component } from 'vue';
import { useNotices } from './stores/notices';
import { useScreen } from './stores/screen';
import { t } from './text';

const TRIES_MAX = 3;

export function later(load: () => Promise<{ default: Component }>): Component {
  return defineAsyncComponent({
    loader: load,
    delay: 0,
    onError(_, retry, fail, attempts) {
      if (attempts < TRIES_MAX) {
        retry();
        return;
      }
      useScreen().close();
      useNotices().say(() => t('fault.not_loaded'));
      fail();
    },
  });
}
