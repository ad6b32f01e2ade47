/** One question at a time, over the page; the answer is a yes or a no. */
import { shallowRef } from 'vue';

export interface Question {
  title: string;
  text: string;
  yes: string;
  no: string;
}

interface Open extends Question {
  answer: (yes: boolean) => void;
}

export const question = shallowRef<Open | null>(null);

/** Ask; a question that is still open counts as answered with no. */
export function asked(next: Question): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((done) => {
    const answer = (yes: boolean): void => {
      question.value = null;
      done(yes);
    };
    question.value = { ...next, answer };
  });
}
