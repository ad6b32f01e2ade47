/** The files inside a ZIP, by its central directory; only what is asked for is unpacked. */
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const COMMENT_MAX = 65_535;
const STORED = 0;
const DEFLATED = 8;
// What a workbook may unpack to: more is no list but an attack.
const UNPACKED_MAX = 256 * 1024 * 1024;

interface Entry {
  method: number;
  packed: number;
  unpacked: number;
  at: number;
}

export type Unpack = (name: string) => Promise<string | null>;

function entriesOf(bytes: Uint8Array): Map<string, Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_BYTES;
  const lowest = Math.max(0, end - COMMENT_MAX);
  while (end >= lowest && view.getUint32(end, true) !== END_SIGNATURE) end -= 1;
  const entries = new Map<string, Entry>();
  if (end < lowest) return entries;
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0 && view.getUint32(at, true) === ENTRY_SIGNATURE; left -= 1) {
    const letters = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + letters));
    entries.set(name, {
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at += ENTRY_BYTES + letters + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

async function inflated(packed: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(stream).text();
}

/** Opens a ZIP; what it answers reads one file of it as text, null if there is none. */
export function unpacking(bytes: Uint8Array<ArrayBuffer>): Unpack {
  const entries = entriesOf(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return async (name) => {
    const entry = entries.get(name);
    if (!entry || entry.unpacked > UNPACKED_MAX) return null;
    const begin = entry.at + LOCAL_BYTES + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true);
    const packed = bytes.subarray(begin, begin + entry.packed);
    if (entry.method === STORED) return new TextDecoder().decode(packed);
    return entry.method === DEFLATED ? inflated(packed) : null;
  };
}
