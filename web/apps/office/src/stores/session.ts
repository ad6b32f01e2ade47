import { Refused, type Session } from '@regulars/api';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { server, whenSignedOut } from '../server';
import { currency } from '../text';

type Stage = 'starting' | 'no_answer' | 'signed_out' | 'ready';

/** Who works here, what she may do and where; and her sign-in, which may end in the middle. */
export const useSession = defineStore('session', () => {
  const stage = ref<Stage>('starting');
  const session = shallowRef<Session | null>(null);
  const permissions = computed(() => new Set(session.value?.permissions ?? []));
  /** The page stays as it is while she signs in again. */
  const expired = ref(false);
  let waiting: ((again: boolean) => void)[] = [];

  /** Whether she has each of these rights. */
  function can(...needed: string[]): boolean {
    return needed.every((one) => permissions.value.has(one));
  }

  function settle(again: boolean): void {
    expired.value = false;
    for (const answer of waiting) answer(again);
    waiting = [];
  }
  function entered(known: Session): void {
    session.value = known;
    currency.value = known.currency;
    stage.value = 'ready';
    settle(true);
  }

  async function start(): Promise<void> {
    stage.value = 'starting';
    try {
      entered(await server.call('GET /session', {}));
    } catch (failure) {
      const known = failure instanceof Refused && failure.problem.status < 500;
      stage.value = known ? 'signed_out' : 'no_answer';
    }
  }
  async function signIn(login: string, password: string): Promise<void> {
    entered(await server.call('POST /session', { body: { login, password } }));
  }
  async function signInFirst(login: string, code: string, password: string): Promise<void> {
    entered(await server.call('POST /session/first', { body: { login, code, password } }));
  }
  /** Leave the page as somebody else would find it: nothing of hers stays in it. */
  function leave(): void {
    session.value = null;
    stage.value = 'signed_out';
    settle(false);
  }
  async function signOut(): Promise<void> {
    try {
      await server.call('DELETE /session', {});
    } catch (failure) {
      // A log-in that is over needs no ending.
      if (!(failure instanceof Refused) || failure.problem.status !== 401) throw failure;
    }
    leave();
  }

  whenSignedOut(() => {
    if (stage.value !== 'ready') return Promise.resolve(false);
    expired.value = true;
    return new Promise((done) => {
      waiting.push(done);
    });
  });

  return { stage, session, expired, can, start, signIn, signInFirst, signOut, leave };
});
