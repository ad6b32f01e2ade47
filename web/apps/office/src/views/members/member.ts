/** What the tabs of a member's page share. */
import type { AnswerOf } from '@regulars/api';
import { inject, type InjectionKey } from 'vue';
import type { Loaded } from '../../use/loaded';

export type Card = AnswerOf<'GET /members/{member_id}'>;
export type Profile = AnswerOf<'GET /members/{member_id}/profile'>;

export interface Member {
  card: Loaded<Card>;
  profile: Loaded<Profile>;
}

export const MEMBER: InjectionKey<Member> = Symbol('member');

/** The member whose page this is; her card is there before any tab is shown. */
export function useMember(): Member & { id: string } {
  const member = inject(MEMBER);
  const id = member?.card.value.value?.id;
  if (!member || !id) throw new Error('a tab needs its member');
  return { ...member, id };
}
