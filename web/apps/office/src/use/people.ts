/** Who works here, and how the one who did something is called: a person, a machine or the shop. */
import type { AnswerOf } from '@regulars/api';
import { computed, type ComputedRef } from 'vue';
import { server } from '../server';
import { useSession } from '../stores/session';
import { t } from '../text';
import { useLoaded, type Loaded } from './loaded';

export type Person = AnswerOf<'GET /staff'>[number];

export interface People {
  found: Loaded<readonly Person[]>;
  everybody: ComputedRef<readonly Person[]>;
  /** The name behind "staff:…"; who may not read the staff sees the end of the number. */
  actorName(actor: string): string;
}

const TAIL_LETTERS = 6;

export function usePeople(): People {
  const session = useSession();
  const found = useLoaded<readonly Person[]>(async (signal) => (session.can('staff.read') ? server.call('GET /staff', { signal }) : []));
  const everybody = computed(() => found.value.value ?? []);

  function actorName(actor: string): string {
    const [kind = '', id = ''] = actor.split(':');
    if (kind === 'system') return t('actor.system');
    if (kind === 'api_key') return t('actor.key', { tail: id.slice(-TAIL_LETTERS) });
    if (kind !== 'staff') return actor;
    const own = session.session?.staff;
    const known = everybody.value.find((one) => one.id === id) ?? (own?.id === id ? own : undefined);
    return known?.name ?? t('actor.staff', { tail: id.slice(-TAIL_LETTERS) });
  }
  return { found, everybody, actorName };
}
