/** The colours and the type that a chart is drawn with, read from the page: by day and by night. */
import { HUES, type Hue } from './chart';

export interface Ink {
  text: string;
  soft: string;
  line: string;
  card: string;
  font: string;
  hues: Record<Hue, string>;
}

export function inkOf(element: Element): Ink {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const hues = HUES.map((hue): [Hue, string] => [hue, colour(`--hue-${hue}`)]);
  return {
    text: colour('--ink'),
    soft: colour('--ink-soft'),
    line: colour('--line'),
    card: colour('--card'),
    font: style.fontFamily,
    hues: Object.fromEntries(hues) as Record<Hue, string>,
  };
}
