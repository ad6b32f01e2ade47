export * from './call';
export type * from './gen/types.gen';
export type { Operations, OrderQuery } from './operations';
