/** What members ask about their data, as the lists and the buttons share it. */
import { Refused, type AnswerOf } from '@regulars/api';
import { server } from '../../server';

export type Asked = AnswerOf<'GET /subject-requests'>['requests'][number];

/** How a member is shown in a list; empty when her record tells nothing any more. */
export async function who(member: string, signal: AbortSignal): Promise<string> {
  try {
    const card = await server.call('GET /members/{member_id}', { path: { member_id: member }, signal });
    return `${card.name} ${card.masked_phone}`.trim();
  } catch (failure) {
    if (failure instanceof Refused) return '';
    throw failure;
  }
}
