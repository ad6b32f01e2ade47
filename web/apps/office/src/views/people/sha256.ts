/**
 * SHA-256 of a file (FIPS 180-4). The browser's own needs a secure context, which a shop's network
 * without certificates does not have.
 */
const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;
const PRIMES = 64;

/** The first 32 bits of the fractional parts of the roots of the first primes. */
function constants(): { start: number[]; round: number[] } {
  const start: number[] = [];
  const round: number[] = [];
  const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;
  for (let candidate = 2; round.length < PRIMES; candidate += 1) {
    let isPrime = true;
    for (let factor = 2; factor * factor <= candidate; factor += 1) if (candidate % factor === 0) isPrime = false;
    if (!isPrime) continue;
    if (start.length < 8) start.push(fraction(Math.sqrt(candidate)));
    round.push(fraction(Math.cbrt(candidate)));
  }
  return { start, round };
}

const { start: START, round: ROUND } = constants();

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function padded(bytes: Uint8Array): DataView {
  const blocks = Math.ceil((bytes.length + 1 + LENGTH_BYTES) / BLOCK_BYTES);
  const whole = new Uint8Array(blocks * BLOCK_BYTES);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(whole.length - LENGTH_BYTES, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(whole.length - 4, (bytes.length << 3) >>> 0);
  return view;
}

function mixed(state: Int32Array, words: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < PRIMES; at += 1) {
    const big = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + big + ((e & f) ^ (~e & g)) + (ROUND[at] ?? 0) + (words[at] ?? 0)) | 0;
    const small = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const two = (small + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) state[at] = ((state[at] ?? 0) + word) | 0;
}

/** The hash of some bytes, as 64 hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  const view = padded(bytes);
  const state = Int32Array.from(START);
  const words = new Int32Array(PRIMES);
  for (let offset = 0; offset < view.byteLength; offset += BLOCK_BYTES) {
    for (let at = 0; at < 16; at += 1) words[at] = view.getInt32(offset + at * 4);
    for (let at = 16; at < PRIMES; at += 1) {
      const old = words[at - 15] ?? 0;
      const late = words[at - 2] ?? 0;
      const low = turned(old, 7) ^ turned(old, 18) ^ (old >>> 3);
      const high = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
      words[at] = ((words[at - 16] ?? 0) + low + (words[at - 7] ?? 0) + high) | 0;
    }
    mixed(state, words);
  }
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
