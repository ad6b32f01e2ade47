/** Lists as text: read from what a spreadsheet saved, and written so that no cell runs as a formula. */
const DELIMITERS = [',', '\t', ';'];
const MARK = '\uFEFF';

/** The text of a file in UTF-8, UTF-16 or GB18030; null: it is none of them. */
export function decoded(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  const wide = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : null;
  for (const encoding of wide ? [wide] : ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return text.includes('\0') ? null : text;
    } catch {
      continue;
    }
  }
  return null;
}

function delimiterOf(text: string): string {
  const line = text.slice(0, text.search(/[\r\n]|$/));
  const counts = DELIMITERS.map((mark) => line.split(mark).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** The rows of a list; a quoted cell may hold line breaks and delimiters. */
export function rowsOf(given: string): string[][] {
  const text = given.startsWith(MARK) ? given.slice(1) : given;
  const delimiter = delimiterOf(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endRow = (): void => {
    rows.push([...row, cell]);
    row = [];
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"' && cell === '') quoted = true;
    else if (letter === delimiter) {
      row.push(cell);
      cell = '';
    } else if (letter === '\n') endRow();
    else if (letter !== '\r' || text[at + 1] !== '\n') {
      if (letter === '\r') endRow();
      else cell += letter;
    }
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}

// What a spreadsheet runs instead of showing; a signed number or phone number is none.
const FORMULA = /^\s*[=@\t\r]|^\s*[+-](?![\d\s().-]*$)/;

function written(cell: string): string {
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n\t;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A list as a file that a spreadsheet opens in the right letters. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return MARK + rows.map((row) => row.map(written).join(',')).join('\r\n') + '\r\n';
}
