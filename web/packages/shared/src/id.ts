/** Ids made on the till: UUIDv7, sortable by the time at which they were made (RFC 9562). */

export type Uuid = string;

/** An id of version 7 for this millisecond from 10 random bytes. */
export function uuid7(milliseconds: number, entropy: Uint8Array): Uuid {
  const bytes = new Uint8Array(16);
  bytes.set(entropy.subarray(0, 10), 6);
  let rest = milliseconds;
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );
}

const SPOKEN_ALPHABET = '23456789CDFHJKMNPRTVWXY';
const SPOKEN_LENGTH = 6;

/**
 * A few characters of an id that can be told across a counter: no vowels, no look-alikes. Only for
 * choosing among the few things that stand on the screen.
 */
export function spokenCode(id: Uuid): string {
  let rest = Number.parseInt(id.slice(-8), 16);
  let code = '';
  for (let place = 0; place < SPOKEN_LENGTH; place += 1) {
    code = (SPOKEN_ALPHABET[rest % SPOKEN_ALPHABET.length] ?? '') + code;
    rest = Math.floor(rest / SPOKEN_ALPHABET.length);
  }
  return code;
}

/** A told code as it is compared: "k7q 2mx" is "K7Q2MX". */
export function heardCode(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase();
}
