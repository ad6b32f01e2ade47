/** The server's "no" in this page's words: which field, and why, named as the page names things. */
import { Refused, type Problem } from '@regulars/api';

/** The same refusal with another text; anything else as it is. */
export function reworded(failure: unknown, say: (problem: Problem) => string | undefined): unknown {
  if (!(failure instanceof Refused)) return failure;
  const text = say(failure.problem);
  if (!text) return failure;
  return new Refused({ ...failure.problem, detail_zh: text, detail_en: text });
}

/** What the page itself finds wrong with a field, as the server would say it. */
export function refusal(code: string, field: string, text: string): Refused {
  const said = { title_zh: text, title_en: text, detail_zh: text, detail_en: text, reference: '' };
  return new Refused({ status: 422, code, parameters: { field }, ...said });
}

/** Somebody else was faster: the form shows the difference. */
export function overtaken(): Refused {
  return new Refused({ ...refusal('precondition.failed', '', '').problem, status: 412 });
}

/** For what has no revision: whether it still is as it was read. */
export async function checkUnchanged(tag: string | undefined, read: () => Promise<unknown>): Promise<void> {
  if (JSON.stringify(await read()) !== tag) throw overtaken();
}

/** A fault inside a row belongs to the list that holds the row. */
export function atLists(failure: unknown, lists: readonly string[]): unknown {
  if (!(failure instanceof Refused) || !failure.problem.errors) return failure;
  const errors = failure.problem.errors.map((one) => ({ ...one, field: lists.find((list) => one.field.split('.').includes(list)) ?? one.field }));
  return new Refused({ ...failure.problem, errors });
}
