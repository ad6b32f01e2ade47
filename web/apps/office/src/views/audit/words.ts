/** The audit log in words: what was touched and what was done to it. */
import { speaker } from '../../text';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

type Key = keyof typeof zh;

export const t = speaker<Key>(zh, en);

function isKey(key: string): key is Key {
  return key in zh;
}

/** The word for a code of one kind; a code without a word is shown as it is. */
export function word(kind: 'about' | 'code' | 'did' | 'field', code: string): string {
  const key = `${kind}.${code}`;
  return isKey(key) ? t(key) : code;
}

/** "员工：设定岗位", "Staff: roles set" for "staff.roles_set". */
export function actionWords(action: string): string {
  const about = action.split('.')[0] ?? '';
  return t('action', { about: word('about', about), did: word('did', action.slice(about.length + 1)) });
}
