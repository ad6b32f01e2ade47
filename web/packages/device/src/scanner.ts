/**
 * Hears scanners and card readers that type like a keyboard, whatever has the focus.
 *
 * A scan is a burst of keys with short gaps that ends with Enter or Tab. Physical keys are read,
 * so a Chinese input method cannot swallow a scan.
 */
export interface Burst {
  /** Keys come so close together. Units: milliseconds. */
  gap: number;
  /** A burst of fewer characters is somebody typing. */
  shortest: number;
}

export interface Ear {
  /** Whether keys are only typing now: a PIN, a reason, a name. */
  isDeaf(): boolean;
  /** A key after a pause: a burst may begin, so remember what was typed before. */
  began(): void;
  /** A whole scan. */
  scanned(text: string): void;
}

export const USUAL_BURST: Burst = { gap: 100, shortest: 6 };

const PLAIN: Record<string, string> = {
  Minus: '-',
  Equal: '=',
  Slash: '/',
  Period: '.',
  Comma: ',',
  Semicolon: ';',
  Quote: "'",
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  NumpadAdd: '+',
  NumpadSubtract: '-',
  NumpadDecimal: '.',
  NumpadDivide: '/',
};
const SHIFTED: Record<string, string> = {
  Digit1: '!',
  Digit2: '@',
  Digit3: '#',
  Digit5: '%',
  Digit7: '&',
  Minus: '_',
  Equal: '+',
  Slash: '?',
  Semicolon: ':',
};

/** The character of a physical key on the layout that scanners send, or "" for none. */
export function characterOf(code: string, shifted: boolean): string {
  if (shifted && SHIFTED[code]) return SHIFTED[code];
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shifted ? letter : letter.toLowerCase();
  return /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1] ?? PLAIN[code] ?? '';
}

/** Listen on a page; returns how to stop. */
export function listenForScans(
  target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>,
  ear: Ear,
  burst: Burst = USUAL_BURST,
): () => void {
  let text = '';
  let last = Number.NEGATIVE_INFINITY;

  const pressed = (event: Event): void => {
    const key = event as KeyboardEvent;
    if (key.ctrlKey || key.altKey || key.metaKey || key.repeat || ear.isDeaf()) return;
    const paused = key.timeStamp - last > burst.gap;
    if (key.code === 'Enter' || key.code === 'NumpadEnter' || key.code === 'Tab') {
      const whole = paused ? '' : text;
      text = '';
      if (whole.length < burst.shortest) return;
      key.preventDefault();
      key.stopImmediatePropagation();
      ear.scanned(whole);
      return;
    }
    const character = characterOf(key.code, key.shiftKey);
    if (character === '') return;
    if (paused) {
      text = '';
      ear.began();
    }
    text += character;
    last = key.timeStamp;
  };
  target.addEventListener('keydown', pressed, { capture: true });
  return () => target.removeEventListener('keydown', pressed, { capture: true });
}
