/**
 * Looks at what a page shows again when somebody elsewhere changed it. Never while a question stands over
 * the page, while she signs in again, or while it is `held`: then it is done as soon as it may be.
 *
 *     useLive(['approvals'], () => void waiting.look());
 */
import { spaced, type Topic } from '@regulars/device';
import { onScopeDispose, watch } from 'vue';
import { question } from '../stores/question';
import { useLiveStream } from '../stores/live';
import { useSession } from '../stores/session';

const APART_MILLISECONDS = 2_000;

export function useLive(
  topics: readonly Topic[],
  look: () => void,
  given: {
    /** How far apart two looks are at least, where one costs the server something. */
    apartMilliseconds?: number;
    /** Whether something would be lost, such as what was typed into a form. */
    held?: () => boolean;
    /** Only what changes at these stores counts; what belongs to none counts everywhere. */
    stores?: () => readonly string[];
  } = {},
): void {
  const session = useSession();
  const isHeld = (): boolean => question.value !== null || session.expired || (given.held?.() ?? false);
  const looking = spaced(look, { apartMilliseconds: given.apartMilliseconds ?? APART_MILLISECONDS, held: isHeld });

  const leave = useLiveStream().listen((changes) => {
    const stores = given.stores?.() ?? [];
    const isHere = (storeId: string | null): boolean => storeId === null || stores.length === 0 || stores.includes(storeId);
    if (changes === null || changes.some((one) => topics.includes(one.topic) && isHere(one.store_id))) looking.want();
  });
  watch(isHeld, (held) => {
    if (!held) looking.go();
  });
  onScopeDispose(() => {
    leave();
    looking.stop();
  });
}
