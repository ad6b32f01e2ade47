/** What every part of the builder knows: the things to choose from, and what is wrong where. */
import { inject, provide, type InjectionKey } from 'vue';
import type { Leaf, Part } from '../condition';
import type { Vocabulary } from '../vocabulary';

export interface Builder {
  known: () => Vocabulary;
  /** What is wrong with a part, in words; empty when nothing is. */
  faultAt: (part: Part) => string;
  /** Somebody changed a leaf: what the server said of it may not hold any more. */
  touched: (leaf: Leaf) => void;
}

const BUILDER: InjectionKey<Builder> = Symbol('builder');

export function provideBuilder(builder: Builder): void {
  provide(BUILDER, builder);
}

export function useBuilder(): Builder {
  const builder = inject(BUILDER);
  if (!builder) throw new Error('a part of a condition needs its builder');
  return builder;
}
