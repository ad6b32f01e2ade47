import { uuid7, type Uuid } from '@regulars/shared';

/** A new id. `crypto.randomUUID` is absent on a plain http address, `getRandomValues` is not. */
export function newId(): Uuid {
  return uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
