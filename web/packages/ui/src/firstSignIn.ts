/** The first log-in with a one-time code: the same at the till and in the office, each with its own fields. */
import { ref, type Ref } from 'vue';
import type { Attempt } from './attempt';

export interface FirstSignIn extends Attempt {
  login: Ref<string>;
  code: Ref<string>;
  password: Ref<string>;
  again: Ref<string>;
  enter(): void;
}

/** `differ` says that the password was typed in two ways. */
export function firstSignIn(
  attempt: Attempt,
  signIn: (login: string, code: string, password: string) => Promise<unknown>,
  differ: () => string,
): FirstSignIn {
  const login = ref('');
  const code = ref('');
  const password = ref('');
  const again = ref('');

  function enter(): void {
    if (password.value !== again.value) attempt.say(differ);
    else void attempt.run(() => signIn(login.value, code.value.trim(), password.value));
  }
  return { ...attempt, login, code, password, again, enter };
}
