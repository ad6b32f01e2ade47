/** What the tabs of a journey's page share. */
import type { AnswerOf } from '@regulars/api';
import { computed, inject, type ComputedRef, type InjectionKey } from 'vue';
import type { Loaded } from '../../use/loaded';
import { drawingOf, type Drawing } from './graph';
import type { Things } from './names';

export type Journey = AnswerOf<'GET /journeys/{journey_id}'>;

export interface Shared {
  journey: Loaded<Journey>;
  things: Things;
}

export const JOURNEY: InjectionKey<Shared> = Symbol('journey');

export interface OfJourney extends Shared {
  id: string;
  known: ComputedRef<Journey>;
  /** The version in force; the draft while there is none. */
  drawing: ComputedRef<Drawing>;
  /** What a version says; members may still be on their way by an old one. */
  drawingAt(version: number): Drawing;
}

/** The journey whose page this is; it is there before any tab is shown. */
export function useJourney(): OfJourney {
  const shared = inject(JOURNEY);
  const first = shared?.journey.value.value;
  if (!shared || !first) throw new Error('a tab needs its journey');
  const known = computed(() => shared.journey.value.value ?? first);
  function drawingAt(version: number | null): Drawing {
    const found = known.value.versions.find((one) => one.version === version);
    return drawingOf(found?.definition ?? known.value.draft);
  }
  const drawing = computed(() => drawingAt(known.value.live));
  return { ...shared, id: first.id, known, drawing, drawingAt };
}

/** How many members are where: those on their way by step, those who are through by why. */
export function standsOf(journey: Journey): { open: Map<string, number>; ended: Map<string, number>; dead: number; all: number } {
  const open = new Map<string, number>();
  const ended = new Map<string, number>();
  let dead = 0;
  let all = 0;
  for (const one of journey.stands) {
    all += one.runs;
    if (one.state === 'ended') ended.set(one.why, (ended.get(one.why) ?? 0) + one.runs);
    else open.set(one.node, (open.get(one.node) ?? 0) + one.runs);
    if (one.state === 'dead') dead += one.runs;
  }
  return { open, ended, dead, all };
}
