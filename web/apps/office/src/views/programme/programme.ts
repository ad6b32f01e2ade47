/** One programme, as the pages read it. */
import type { Programme, ProgrammeKind } from '@regulars/api';

export const KINDS: readonly ProgrammeKind[] = ['check_in', 'task', 'draw', 'mall_item', 'pass', 'referral', 'group_buy', 'survey'];

export function isKind(text: string): text is ProgrammeKind {
  return (KINDS as readonly string[]).includes(text);
}

export type Phase = 'running' | 'coming' | 'over' | 'stopped';

/** Where a programme stands at a moment. */
export function phaseOf(one: Programme, now: number): Phase {
  if (one.state !== 'active') return 'stopped';
  if (Date.parse(one.effective_at) > now) return 'coming';
  return one.ends_at !== null && Date.parse(one.ends_at) <= now ? 'over' : 'running';
}

export const TONES: Readonly<Record<Phase, string>> = { running: 'good', coming: 'warm', over: '', stopped: '' };
