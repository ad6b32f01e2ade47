/** The law on prepaid value, as it is told at the counter. */
import type { LawRule } from '@regulars/api';
import { Refused } from '@regulars/api';
import { server } from './server';
import { either } from './text';

/** What a rule is about where it matters whether the holder of a card is registered. */
const OF_HOLDERS: ReadonlySet<string> = new Set(['named_balance_max', 'unnamed_balance_max', 'identity_from', 'identity_kept']);
/** What no longer binds once the holder is registered. */
const WITHOUT_HOLDER: ReadonlySet<string> = new Set(['unnamed_balance_max', 'identity_from']);

/** The rules that bind a store today. */
export async function rulesOf(storeId: string): Promise<LawRule[]> {
  const found = await server.call('GET /stores/{store_id}/law-rules', { path: { store_id: storeId } });
  return found.filter((one) => one.in_force);
}
export function isOfHolders(rule: LawRule): boolean {
  return OF_HOLDERS.has(rule.matter);
}
export function endsWithHolder(rule: LawRule): boolean {
  return WITHOUT_HOLDER.has(rule.matter);
}
/** The code of the rule for which the server refused; "" where the law was not the reason. */
export function forbiddenBy(failure: unknown): string {
  if (!(failure instanceof Refused) || failure.problem.code !== 'law.forbids') return '';
  return String(failure.problem.parameters['rule'] ?? '');
}
/** A source is told as "法释〔2025〕4号 / Supreme People's Court …". */
export function sourceWords(source: string): string {
  const [chinese = '', english = ''] = source.split(' / ');
  return either(chinese, english);
}
