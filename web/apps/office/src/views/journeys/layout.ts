/** Where each step stands on the canvas: below what leads to it, beside its like. */
import { waysOf, type Drawing } from './graph';

export interface Place {
  x: number;
  y: number;
}

export const COLUMN = 260;
export const ROW = 150;

/** How far each step is from the start, by its longest way; what no way leads to stands last. */
export function ranksOf(drawing: Drawing): Map<string, number> {
  const names = Object.keys(drawing.nodes);
  const ranks = new Map<string, number>([[drawing.start, 0]]);
  // Without a loop as many rounds as there are steps settle every rank; with one they end it.
  for (let round = 0; round < names.length; round += 1) {
    let moved = false;
    for (const name of names) {
      const rank = ranks.get(name);
      const step = drawing.nodes[name];
      if (rank === undefined || !step || rank >= names.length) continue;
      for (const { to } of waysOf(step)) {
        if (to in drawing.nodes && (ranks.get(to) ?? -1) < rank + 1) {
          ranks.set(to, rank + 1);
          moved = true;
        }
      }
    }
    if (!moved) break;
  }
  const last = Math.max(0, ...ranks.values()) + 1;
  for (const name of names) if (!ranks.has(name)) ranks.set(name, last);
  return ranks;
}

export function laidOut(drawing: Drawing): Map<string, Place> {
  const ranks = ranksOf(drawing);
  const parents = new Map<string, string[]>();
  for (const [name, step] of Object.entries(drawing.nodes)) {
    for (const { to } of waysOf(step)) parents.set(to, [...(parents.get(to) ?? []), name]);
  }
  const rows = new Map<number, string[]>();
  for (const name of Object.keys(drawing.nodes)) {
    const rank = ranks.get(name) ?? 0;
    rows.set(rank, [...(rows.get(rank) ?? []), name]);
  }
  const places = new Map<string, Place>();
  for (const [rank, names] of [...rows].sort(([one], [other]) => one - other)) {
    const wish = (name: string): number => {
      const known = (parents.get(name) ?? []).flatMap((one) => places.get(one)?.x ?? []);
      return known.length > 0 ? known.reduce((sum, x) => sum + x, 0) / known.length : 0;
    };
    const sorted = names.map((name) => ({ name, x: wish(name) })).sort((one, other) => one.x - other.x);
    sorted.forEach(({ name }, at) => {
      places.set(name, { x: (at - (sorted.length - 1) / 2) * COLUMN, y: rank * ROW });
    });
  }
  return places;
}

/** The steps from the top down, as a list tells them. */
export function inOrder(drawing: Drawing): string[] {
  const places = laidOut(drawing);
  const at = (name: string): Place => places.get(name) ?? { x: 0, y: 0 };
  return Object.keys(drawing.nodes).sort((one, other) => at(one).y - at(other).y || at(one).x - at(other).x);
}
