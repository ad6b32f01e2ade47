/** A low mark as the list shows it: who gave it where, and what she said. */
import type { AnswerOf } from '@regulars/api';

export type Mark = AnswerOf<'GET /recovery-tasks'>[number];
export type Programme = AnswerOf<'GET /programmes'>[number];

/** What can be done about it, as the server names it. */
export const DEEDS = ['apologised', 'compensated', 'refunded', 'mended', 'not_reached', 'nothing_to_do'] as const;
export type Deed = (typeof DEEDS)[number];

type Fields = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const records = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What a guest chose of each question, as the survey's newest version says it; a choice that is gone keeps its code. */
export function chosen(
  mark: Pick<Mark, 'choices' | 'programme_id'>,
  programmes: readonly Programme[],
  either: (chinese: string, english: string) => string,
): string[][] {
  const survey = programmes.find((one) => one.id === mark.programme_id);
  const questions = records(survey?.definition.questions);
  return Object.entries(mark.choices).map(([code, choices]) => {
    const question = questions.find((one) => one.code === code);
    const known = records(question?.choices);
    return choices.map((choice) => {
      const found = known.find((one) => one.code === choice);
      return (found && either(text(found.text_zh), text(found.text_en))) || choice;
    });
  });
}
