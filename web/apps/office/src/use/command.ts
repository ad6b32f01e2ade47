/** Something that is done once: after a lost answer the same thing goes out under the same id. */
import { Unanswered } from '@regulars/api';
import { newId } from '@regulars/device';

/** `what` names it: another thing is another command. */
export type Once = <Answer>(what: string, work: (command: string) => Promise<Answer>) => Promise<Answer>;

export function doneOnce(): Once {
  let sent = { what: '', command: '' };
  return async (what, work) => {
    if (sent.what !== what) sent = { what, command: newId() };
    try {
      const answer = await work(sent.command);
      sent = { what: '', command: '' };
      return answer;
    } catch (failure) {
      // The server said no: whatever comes next is asked anew.
      if (!(failure instanceof Unanswered)) sent = { what: '', command: '' };
      throw failure;
    }
  };
}
