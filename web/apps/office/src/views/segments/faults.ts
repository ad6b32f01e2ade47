/** What is wrong in a condition that is being built: seen here at once, or told by the server. */
import { Refused, type Problem } from '@regulars/api';
import { computed, ref, shallowRef, type ComputedRef } from 'vue';
import { currency, either } from '../../text';
import { faultsIn, type FaultCode } from './check';
import type { Group, Leaf, Part } from './condition';
import { written } from './measures';
import { word } from './words';

export interface Faults {
  /** Whether nothing is missing or wrong as far as this side can tell. */
  complete: ComputedRef<boolean>;
  at: (part: Part) => string;
  /** From now on what is missing is told too. */
  show: () => void;
  heard: (failure: unknown) => void;
  forget: (leaf: Leaf) => void;
}

// Nobody is told of what she has not come to yet.
const MISSING: readonly FaultCode[] = ['about_missing', 'argument_missing', 'group_empty', 'number_missing', 'words_missing'];
const ABOUT_SEGMENTS: readonly string[] = ['segment.child_not_active', 'segment.cycle'];

/** Whether a refusal is about this very leaf. */
function isAbout(problem: Problem, leaf: Leaf): boolean {
  if (ABOUT_SEGMENTS.includes(problem.code)) return leaf.measure === 'segments';
  const { measure, name } = problem.parameters;
  return measure === written(leaf) || (problem.code === 'segment.measure_unknown' && name === leaf.measure);
}

export function useFaults(tree: Group): Faults {
  const found = computed(() => faultsIn(tree, currency.value));
  const complete = computed(() => found.value.size === 0);
  const all = ref(false);
  const refused = shallowRef<Problem | null>(null);

  function at(part: Part): string {
    const code = found.value.get(part.id);
    if (code && (all.value || !MISSING.includes(code))) return word('fault', code);
    const problem = refused.value;
    if (code || !problem || part.kind !== 'leaf' || !isAbout(problem, part)) return '';
    return either(problem.detail_zh, problem.detail_en);
  }
  function show(): void {
    all.value = true;
  }
  function heard(failure: unknown): void {
    refused.value = failure instanceof Refused ? failure.problem : null;
  }
  function forget(leaf: Leaf): void {
    if (refused.value && isAbout(refused.value, leaf)) refused.value = null;
  }
  return { complete, at, show, heard, forget };
}
