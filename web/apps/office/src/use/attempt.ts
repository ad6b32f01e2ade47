/** One thing that is tried in the office; leaving the page in the middle is no failure. */
import { attempting, type Attempt } from '@regulars/ui/attempt';
import { isLeft, told } from '../server';

export type { Attempt };

export const useAttempt = (): Attempt => attempting((failure) => (isLeft(failure) ? '' : told(failure)));
