/** What can be done to a drawing: each answers with a new one, the old stays as it was. */
import { led, waysOf, withWay, type Drawing, type Sort, type Step } from './graph';

/** A way out of a step; of the start of the journey where `from` is empty. */
export interface Spot {
  from: string;
  way: string;
}

const USUAL_MINUTES = 1_440;

/** A step of one sort as it begins: it leads on to `next` by every way. */
export function freshStep(sort: Sort, next: string): Step {
  switch (sort) {
    case 'wait':
      return { kind: 'wait', until: 'after', minutes: USUAL_MINUTES, next };
    case 'wait_for':
      return { kind: 'wait_for', fact: 'order.settled', timeout_minutes: 7 * USUAL_MINUTES, happened: next, timed_out: next };
    case 'wait_sent':
      return { kind: 'wait_sent', step: '', timeout_minutes: USUAL_MINUTES, sent: next, not_sent: next };
    case 'branch':
      return { kind: 'branch', condition: { kind: 'all', parts: [] }, yes: next, no: next };
    case 'split':
      return { kind: 'split', ways: [{ name: 'A', weight: 5_000, next }, { name: 'B', weight: 5_000, next }] };
    case 'message':
      return { kind: 'act', do: 'message', template: '', channels: [], valid_minutes: 2 * USUAL_MINUTES, next };
    case 'gift':
      return { kind: 'act', do: 'gift', gift: {}, cost_minor: 0, next };
    case 'tag':
      return { kind: 'act', do: 'tag', tag: '', put: true, next };
    case 'task':
      return { kind: 'act', do: 'task', text_zh: '', text_en: '', next };
    default:
      return { kind: sort };
  }
}

/** A name that no step has yet. */
export function freshName(drawing: Drawing, sort: Sort): string {
  let number = 1;
  while (`${sort}_${number}` in drawing.nodes) number += 1;
  return `${sort}_${number}`;
}

export function replaced(drawing: Drawing, name: string, step: Step): Drawing {
  return { ...drawing, nodes: { ...drawing.nodes, [name]: step } };
}

/** A way leads elsewhere. */
export function connected(drawing: Drawing, spot: Spot, to: string): Drawing {
  if (!spot.from) return { ...drawing, start: to };
  const step = drawing.nodes[spot.from];
  return step ? replaced(drawing, spot.from, withWay(step, spot.way, to)) : drawing;
}

function target(drawing: Drawing, spot: Spot): string {
  if (!spot.from) return drawing.start;
  const step = drawing.nodes[spot.from];
  return (step && waysOf(step).find((way) => way.name === spot.way)?.to) ?? drawing.start;
}

/** A new step in the middle of a way: it leads on to where that led. */
export function added(drawing: Drawing, sort: Sort, spot: Spot): { drawing: Drawing; name: string } {
  const name = freshName(drawing, sort);
  const known = replaced(drawing, name, freshStep(sort, target(drawing, spot)));
  return { name, drawing: connected(known, spot, name) };
}

/** Whether the journey can do without a step: its last end has to stay. */
export function isSpare(drawing: Drawing, name: string): boolean {
  const step = drawing.nodes[name];
  if (!step) return false;
  return waysOf(step).length > 0 || heirOf(drawing, name) !== null;
}

/** Where those go who would have come to a step: on by its first way, or to another end. */
function heirOf(drawing: Drawing, name: string): string | null {
  const step = drawing.nodes[name];
  const on = step && waysOf(step).find((way) => way.to !== name)?.to;
  if (on) return on;
  const end = Object.entries(drawing.nodes).find(([other, one]) => other !== name && waysOf(one).length === 0);
  return end?.[0] ?? null;
}

/** The journey without a step; what only that step led to goes too. */
export function removed(drawing: Drawing, name: string): Drawing {
  const heir = heirOf(drawing, name);
  if (heir === null) return drawing;
  const lead = (to: string) => (to === name ? heir : to);
  const rest = Object.entries(drawing.nodes).filter(([other]) => other !== name);
  const nodes = Object.fromEntries(rest.map(([other, step]) => [other, led(step, lead)]));
  const start = lead(drawing.start);
  return { ...drawing, start, nodes: only(nodes, start) };
}

function only(nodes: Record<string, Step>, start: string): Record<string, Step> {
  const reached = reachedIn(nodes, start);
  const left = Object.fromEntries(Object.entries(nodes).filter(([name]) => reached.has(name)));
  return Object.keys(left).length > 0 ? left : nodes;
}

/** The steps to which a way leads from the start. */
export function reachedIn(nodes: Readonly<Record<string, Step>>, start: string): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const step = nodes[name];
    if (!step || reached.has(name)) continue;
    reached.add(name);
    open.push(...waysOf(step).map((way) => way.to));
  }
  return reached;
}
