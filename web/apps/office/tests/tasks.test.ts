import { expect, test } from 'vitest';
import { chosen, type Programme } from '../src/views/tasks/marks';

const programme: Programme = {
  id: 'survey',
  version: 2,
  kind: 'survey',
  name_zh: '',
  name_en: '',
  level: 'organisation',
  place_id: null,
  definition: {
    questions: [
      {
        code: 'where',
        kind: 'choice',
        choices: [
          { code: 'wait', text_zh: '等待', text_en: 'The wait' },
          { code: 'taste', text_zh: '口味', text_en: 'Taste' },
        ],
      },
    ],
  },
  effective_at: '2026-05-01T00:00:00Z',
  ends_at: null,
  state: 'active',
};

const chinese = (zh: string): string => zh;
const english = (_: string, en: string): string => en;

test('what a guest chose is told in the words of the survey, by language', () => {
  const mark = { programme_id: 'survey', choices: { where: ['wait', 'taste'] } };
  expect(chosen(mark, [programme], chinese)).toEqual([['等待', '口味']]);
  expect(chosen(mark, [programme], english)).toEqual([['The wait', 'Taste']]);
});

test('a choice that the survey has no longer keeps its code', () => {
  expect(chosen({ programme_id: 'survey', choices: { where: ['price'] } }, [programme], english)).toEqual([['price']]);
  expect(chosen({ programme_id: 'gone', choices: { where: ['wait'] } }, [programme], english)).toEqual([['wait']]);
});
