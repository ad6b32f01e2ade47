/** One thing that is tried at the till. */
import { attempting, type Attempt } from '@regulars/ui/attempt';
import { told } from './server';

export type { Attempt };

export const useAttempt = (): Attempt => attempting(told);
