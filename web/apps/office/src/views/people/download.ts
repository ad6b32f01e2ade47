/**
 * A file that the server makes on request, or this page itself, handed to the browser to be kept.
 * The API's caller speaks JSON alone: a file travels here.
 */
import { Refused, Unanswered, type Problem } from '@regulars/api';
import { language } from '../../text';

const RELEASED_AFTER_MILLISECONDS = 60_000;

/** Let the browser keep a file. */
export function keepFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), RELEASED_AFTER_MILLISECONDS);
}

function isProblem(json: unknown): json is Problem {
  return typeof json === 'object' && json !== null && 'code' in json && 'detail_zh' in json;
}

async function problemOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** The file that a command answers with; a retry sends the same command. */
export async function fetchFile(path: string, command: string): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method: 'POST',
      headers: { 'Accept-Language': language.value, 'Idempotency-Key': command },
      credentials: 'same-origin',
      cache: 'no-store',
    });
  } catch (failure) {
    throw new Unanswered(failure instanceof Error ? failure.name : 'network');
  }
  if (response.ok) return response.blob();
  const problem = await problemOf(response);
  if (isProblem(problem)) throw new Refused(problem);
  throw new Unanswered(`status ${response.status}`);
}
