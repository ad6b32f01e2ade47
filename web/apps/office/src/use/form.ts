/**
 * A form over something that has a revision: sent once, faults at their fields, and when somebody
 * else was faster the second person sees the difference and decides.
 */
import { newId } from '@regulars/device';
import { computed, reactive, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { faultsOf, isLeft, refusedAs } from '../server';
import { Unanswered } from '@regulars/api';
import { useLoaded, type Loaded } from './loaded';
import { changesIn, rebase, type Clash, type Fields } from './rebase';

export interface Read<Form> {
  fields: Form;
  tag: string | null;
}

export interface Sending<Form> {
  changed: Partial<Form>;
  all: Form;
  tag: string | undefined;
  command: string;
}

export interface FormOf<Form extends Fields> {
  fields: Form;
  loaded: Loaded<Read<Form>>;
  busy: ShallowRef<boolean>;
  dirty: ComputedRef<boolean>;
  faults: Ref<Record<string, string>>;
  above: ShallowRef<string>;
  clashes: ShallowRef<Clash[] | null>;
  submit(): Promise<boolean>;
  keepMine(): Promise<boolean>;
  takeTheirs(): void;
  reset(): void;
}

export function useForm<Form extends Fields>(options: {
  empty: Form;
  read: (signal: AbortSignal) => Promise<Read<Form>>;
  save: (sending: Sending<Form>) => Promise<unknown>;
  /** Refusals that belong to a field without naming it. */
  byCode?: Readonly<Record<string, string>>;
}): FormOf<Form> {
  const fields = reactive({ ...options.empty }) as Form;
  const base = shallowRef<Form>({ ...options.empty });
  const tag = shallowRef<string | null>(null);
  const busy = shallowRef(false);
  const faults = ref<Record<string, string>>({});
  const above = shallowRef('');
  const clashes = shallowRef<Clash[] | null>(null);
  const others = shallowRef<Read<Form> | null>(null);
  const dirty = computed(() => Object.keys(changesIn(base.value, fields)).length > 0);
  let sent: { body: string; command: string } | null = null;

  function begin(known: Read<Form>, wanted: Form): void {
    base.value = { ...known.fields };
    tag.value = known.tag;
    Object.assign(fields, wanted);
    faults.value = {};
    above.value = '';
    clashes.value = null;
  }

  const loaded = useLoaded(async (signal) => {
    const known = await options.read(signal);
    if (!dirty.value) begin(known, known.fields);
    return known;
  });

  /** The same content keeps its command until the server has answered it. */
  function commandFor(body: string): string {
    if (sent?.body !== body) sent = { body, command: newId() };
    return sent.command;
  }

  async function meet(): Promise<void> {
    const theirs = await options.read(new AbortController().signal);
    const found = rebase(base.value, { ...fields }, theirs.fields);
    others.value = theirs;
    clashes.value = found.clashes;
    if (found.clashes.length === 0) begin(theirs, found.merged);
  }

  async function send(): Promise<boolean> {
    const changed = changesIn(base.value, { ...fields });
    const command = commandFor(JSON.stringify([tag.value, changed]));
    try {
      await options.save({ changed, all: { ...fields }, tag: tag.value ?? undefined, command });
      base.value = { ...fields };
      sent = null;
      return true;
    } catch (failure) {
      if (!(failure instanceof Unanswered)) sent = null;
      if (!refusedAs(failure, 'precondition.failed')) throw failure;
      await meet();
      // What the two touched does not overlap: it goes out upon the newer revision.
      return clashes.value === null ? send() : false;
    }
  }

  async function submit(): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    faults.value = {};
    above.value = '';
    try {
      return await send();
    } catch (failure) {
      if (isLeft(failure)) return false;
      const found = faultsOf(failure, Object.keys(fields), options.byCode);
      faults.value = found.at;
      above.value = found.above;
      return false;
    } finally {
      busy.value = false;
    }
  }

  function keepMine(): Promise<boolean> {
    const theirs = others.value;
    if (theirs) begin(theirs, rebase(base.value, { ...fields }, theirs.fields).merged);
    return submit();
  }
  function takeTheirs(): void {
    const theirs = others.value;
    if (!theirs) return;
    const { merged } = rebase(base.value, { ...fields }, theirs.fields);
    for (const clash of clashes.value ?? []) Object.assign(merged, { [clash.field]: clash.theirs });
    begin(theirs, merged);
  }
  function reset(): void {
    begin({ fields: base.value, tag: tag.value }, base.value);
  }

  return { fields, loaded, busy, dirty, faults, above, clashes, submit, keepMine, takeTheirs, reset };
}
