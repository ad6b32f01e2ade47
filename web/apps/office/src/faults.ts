/** Where a form shows what the server found wrong. */
import type { Problem } from '@regulars/api';

export interface Faults {
  /** By field. */
  at: Record<string, string>;
  /** What belongs to no field of the form. */
  above: string;
}

/**
 * What is wrong with which field: as the server names it, or by the code where that says it.
 * `say` chooses between the two languages.
 */
export function faultsIn(
  problem: Problem,
  form: { fields: readonly string[]; byCode: Readonly<Record<string, string>> },
  say: (chinese: string, english: string) => string,
): Faults {
  const at: Record<string, string> = {};
  const above: string[] = [];
  const whole = say(problem.detail_zh, problem.detail_en);
  for (const fault of problem.errors ?? []) {
    const text = say(fault.detail_zh, fault.detail_en);
    const field = form.fields.find((name) => fault.field.split('.').includes(name));
    if (field) at[field] = text;
    else above.push(text);
  }
  const named = form.byCode[problem.code] ?? String(problem.parameters.field ?? '');
  if (form.fields.includes(named)) at[named] ??= whole;
  if (Object.keys(at).length === 0) above.unshift(whole);
  return { at, above: above.join(' · ') };
}
