/** Members as the lists of a journey name them: runs tell only whose they are. */
import { Refused } from '@regulars/api';
import { server } from '../../server';
import { t } from './words';

const AT_ONCE = 20;

/** "王芳 138****8000"; who left no name, or is gone, is said to be nameless. */
async function memberShown(id: string, signal: AbortSignal): Promise<string> {
  try {
    const card = await server.call('GET /members/{member_id}', { path: { member_id: id }, signal });
    return `${card.name} ${card.masked_phone}`.trim() || t('run.nameless');
  } catch (failure) {
    if (failure instanceof Refused) return t('run.nameless');
    throw failure;
  }
}

/** Rows with the member of each beside it; so many are asked for at once. */
export async function withMembers<Run extends { member_id: string }>(runs: readonly Run[], signal: AbortSignal): Promise<(Run & { member: string })[]> {
  const named: (Run & { member: string })[] = [];
  while (named.length < runs.length) {
    const some = runs.slice(named.length, named.length + AT_ONCE);
    named.push(...(await Promise.all(some.map(async (run) => ({ ...run, member: await memberShown(run.member_id, signal) })))));
  }
  return named;
}
