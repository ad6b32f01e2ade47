import type { Session, StoreOfSession, TerminalGreeting, TerminalOfStore } from '@regulars/api';
import { Refused } from '@regulars/api';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { onSignedOut, server } from '../server';
import { currency } from '../text';

export interface Place {
  store: StoreOfSession;
  terminal: TerminalOfStore;
}

const KEPT_AS = 'regulars.terminal';

/** Who stands at this till, in which store, and what she may do. */
export const useSession = defineStore('session', () => {
  const stage = ref<'starting' | 'no_answer' | 'signed_out' | 'choose_terminal' | 'ready'>('starting');
  const session = shallowRef<Session | null>(null);
  const greeting = shallowRef<TerminalGreeting | null>(null);
  const place = shallowRef<Place | null>(null);
  const permissions = computed(() => new Set(session.value?.permissions ?? []));

  function may(permission: string): boolean {
    return permissions.value.has(permission);
  }

  function placeOf(known: Session, terminalId: string | null): Place | null {
    for (const store of known.stores) {
      const terminal = store.terminals.find((one) => one.id === terminalId);
      if (terminal) return { store, terminal };
    }
    return null;
  }

  function entered(known: Session): void {
    session.value = known;
    currency.value = known.currency;
    const chosen = known.terminal?.id ?? localStorage.getItem(KEPT_AS);
    place.value = placeOf(known, chosen);
    stage.value = place.value ? 'ready' : 'choose_terminal';
  }

  /** Who may sign in here by PIN: only a bound terminal knows. */
  async function loadGreeting(): Promise<void> {
    try {
      greeting.value = await server.call('GET /terminal', {});
    } catch {
      greeting.value = null;
    }
  }
  async function greet(): Promise<void> {
    session.value = null;
    await loadGreeting();
    stage.value = 'signed_out';
  }

  async function start(): Promise<void> {
    stage.value = 'starting';
    try {
      entered(await server.call('GET /session', {}));
    } catch (failure) {
      if (failure instanceof Refused && failure.problem.status < 500) await greet();
      else stage.value = 'no_answer';
    }
  }

  async function signIn(login: string, password: string): Promise<void> {
    entered(await server.call('POST /session', { body: { login, password } }));
  }
  async function signInFirst(login: string, code: string, password: string): Promise<void> {
    entered(await server.call('POST /session/first', { body: { login, code, password } }));
  }
  async function signInByPin(staffId: string, pin: string): Promise<void> {
    entered(await server.call('POST /session/pin', { body: { staff_id: staffId, pin } }));
  }
  async function setPin(pin: string): Promise<void> {
    await server.call('PUT /session/pin', { body: { pin } });
  }
  async function signOut(): Promise<void> {
    await server.call('DELETE /session', {});
    await greet();
  }

  /** Take a terminal for this browser; binding it lets colleagues sign in here by PIN. */
  async function choose(next: Place, how: 'bind' | 'use'): Promise<void> {
    if (how === 'bind') {
      await server.call('POST /terminals/{terminal_id}/bind', { path: { terminal_id: next.terminal.id } });
    }
    localStorage.setItem(KEPT_AS, next.terminal.id);
    place.value = next;
    stage.value = 'ready';
  }
  function chooseAgain(): void {
    stage.value = 'choose_terminal';
  }

  onSignedOut(() => {
    if (stage.value === 'ready' || stage.value === 'choose_terminal') void greet();
  });

  return {
    stage,
    session,
    greeting,
    place,
    may,
    start,
    loadGreeting,
    signIn,
    signInFirst,
    signInByPin,
    setPin,
    signOut,
    choose,
    chooseAgain,
  };
});
