/** Asks before somebody leaves a page on which something was typed and not saved. */
import { onBeforeUnmount, onMounted, type Ref } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';
import { asked } from '../stores/question';
import { t } from '../text';

/** The browser asks before it leaves the page altogether while something would be lost. */
export function useUnload(wouldLose: () => boolean): void {
  function warn(event: BeforeUnloadEvent): void {
    if (wouldLose()) event.preventDefault();
  }
  onMounted(() => globalThis.addEventListener('beforeunload', warn));
  onBeforeUnmount(() => globalThis.removeEventListener('beforeunload', warn));
}

export function useLeaving(dirty: Ref<boolean>): void {
  useUnload(() => dirty.value);
  onBeforeRouteLeave(async () => {
    if (!dirty.value) return true;
    return asked({
      title: t('leave.title'),
      text: t('leave.text'),
      yes: t('leave.yes'),
      no: t('leave.no'),
    });
  });
}
