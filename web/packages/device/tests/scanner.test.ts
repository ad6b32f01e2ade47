import { expect, test } from 'vitest';
import { characterOf, listenForScans } from '../src/scanner';

class Key extends Event {
  repeat = false;
  ctrlKey = false;
  altKey = false;
  metaKey = false;
  private readonly at: number;
  constructor(
    readonly code: string,
    at: number,
    readonly shiftKey = false,
  ) {
    super('keydown', { cancelable: true });
    this.at = at;
  }
  override get timeStamp(): number {
    return this.at;
  }
}

function till() {
  const target = new EventTarget();
  const heard: string[] = [];
  let begun = 0;
  const hearing = { deaf: false };
  const stop = listenForScans(target, {
    isDeaf: () => hearing.deaf,
    began: () => {
      begun += 1;
    },
    scanned: (text) => heard.push(text),
  });
  let clock = 0;
  const press = (codes: string[], gap: number): boolean => {
    let went = true;
    for (const code of codes) {
      clock += gap;
      went = target.dispatchEvent(new Key(code, clock));
    }
    return went;
  };
  return { heard, hearing, press, stop, begun: () => begun };
}
const digits = (text: string) => [...text].map((digit) => `Digit${digit}`);

test('fast keys with Enter are a scan, and Enter goes no further', () => {
  const { heard, press, begun } = till();
  const went = press([...digits('4006381333931'), 'Enter'], 40);
  expect(heard).toEqual(['4006381333931']);
  expect(went).toBe(false);
  expect(begun()).toBe(1);
});

test('a slow typist is no scanner', () => {
  const { heard, press } = till();
  expect(press([...digits('4006381333931'), 'Enter'], 150)).toBe(true);
  expect(heard).toEqual([]);
});

test('a short burst is no scan', () => {
  const { heard, press } = till();
  press([...digits('12345'), 'Enter'], 20);
  expect(heard).toEqual([]);
});

test('a scan after slow typing holds only what was scanned', () => {
  const { heard, press } = till();
  press(digits('99'), 300);
  press(['KeyM'], 300);
  press([...digits('1234567'), 'Tab'], 30);
  expect(heard).toEqual(['m1234567']);
});

test('physical keys are read, so that an input method changes nothing', () => {
  expect(characterOf('KeyA', false)).toBe('a');
  expect(characterOf('KeyA', true)).toBe('A');
  expect(characterOf('Numpad7', false)).toBe('7');
  expect(characterOf('Semicolon', true)).toBe(':');
  expect(characterOf('Slash', false)).toBe('/');
  expect(characterOf('F5', false)).toBe('');
});

test('a PIN typed fast is no scan, and its Enter goes on', () => {
  const { heard, hearing, press } = till();
  hearing.deaf = true;
  expect(press([...digits('482915'), 'Enter'], 20)).toBe(true);
  expect(heard).toEqual([]);
});

test('nothing is heard after stopping', () => {
  const { heard, press, stop } = till();
  stop();
  press([...digits('4006381333931'), 'Enter'], 20);
  expect(heard).toEqual([]);
});
