/** One rule at one place, as its page knows it. */
import type { AnswerOf } from '@regulars/api';
import { boundWords } from './saying';
import type { FieldKind } from './fields';
import type { Levels } from '../../use/levels';
import type { Limits } from './terms';
import { nameOf, partOf, t } from './words';

export type Made = AnswerOf<'GET /terms/{field}/history'>[number];

export interface Rule {
  history: readonly Made[];
  shipped: unknown;
  /** What the rungs of the ladder count there. */
  measure: string;
}

/** What the levels above allow, each bound with the level that drew it. */
export function limitLines(field: FieldKind, limits: Limits<Made>, levels: Levels): string[] {
  const lines: string[] = [];
  const by = (made: Made) => levels.nameOf(made.level, made.place_id);
  if (limits.low) lines.push(t('limit.low', { place: by(limits.low.by), value: boundWords(field, limits.low.at) }));
  if (limits.high) lines.push(t('limit.high', { place: by(limits.high.by), value: boundWords(field, limits.high.at) }));
  return lines;
}

/** What a setting leaves to the levels below. */
export function leavesWords(field: FieldKind, made: Pick<Made, 'locked' | 'low' | 'high'>): string {
  if (made.locked) return t('leaves.nothing');
  if (made.low !== null && made.high !== null) return t('leaves.range', { low: boundWords(field, made.low), high: boundWords(field, made.high) });
  if (made.low !== null) return t('leaves.from', { low: boundWords(field, made.low) });
  return made.high === null ? t('leaves.all') : t('leaves.to', { high: boundWords(field, made.high) });
}

/** What is wrong with a value, by the part or the range that the server names. */
export function malformed(field: FieldKind, part: string): string {
  const name = nameOf(field.name);
  const range = /^(\d+)\.\.(\d+)$/.exec(part);
  if (!range) return t('fault.malformed', { name, part: partOf(part) });
  return t('fault.between', { name, low: boundWords(field, Number(range[1])), high: boundWords(field, Number(range[2])) });
}
