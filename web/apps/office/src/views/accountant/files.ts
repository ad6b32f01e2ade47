/** Where a report is found as a file or as a page: the server writes it in the reader's language. */
import type { Language } from '@regulars/shared';

export type FileKind = 'csv' | 'xlsx' | 'html';

/** The address of a report of the API as a file; of what is a page by itself no kind is named. */
export function fileAt(path: string, query: Readonly<Record<string, string | readonly string[]>>, kind: FileKind | null, language: Language): string {
  const words = new URLSearchParams();
  for (const [name, given] of Object.entries(query)) {
    for (const value of [given].flat()) if (value) words.append(name, value);
  }
  if (kind) words.append('format', kind);
  words.append('lang', language === 'en' ? 'en' : 'zh');
  return `/api/v1${path}?${words.toString()}`;
}
