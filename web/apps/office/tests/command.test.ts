import { Unanswered } from '@regulars/api';
import { expect, test } from 'vitest';
import { doneOnce } from '../src/use/command';

test('what got no answer goes out again under the same id, and only that', async () => {
  const once = doneOnce();
  const sent: string[] = [];
  const lost = async (command: string): Promise<never> => {
    sent.push(command);
    throw new Unanswered('no answer');
  };
  await expect(once('bind A', lost)).rejects.toThrow();
  await expect(once('bind A', lost)).rejects.toThrow();
  expect(sent[1]).toBe(sent[0]);
  await expect(once('bind B', lost)).rejects.toThrow();
  expect(sent[2]).not.toBe(sent[0]);
});

test('what was answered, with a yes or a no, is another command the next time', async () => {
  const once = doneOnce();
  const yes = async (command: string) => command;
  const first = await once('approve', yes);
  expect(await once('approve', yes)).not.toBe(first);
  let refused = '';
  const no = async (command: string): Promise<never> => {
    refused = command;
    throw new Error('refused');
  };
  await expect(once('approve', no)).rejects.toThrow('refused');
  expect(await once('approve', yes)).not.toBe(refused);
});
