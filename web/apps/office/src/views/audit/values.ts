/** What stands in a stored field, as a person reads it. */
import { formatCount } from '@regulars/shared';
import { clockOf } from '../../clock';
import { momentIn, percentText } from '../../format';
import { language, listed, money } from '../../text';
import { word as staffWord } from '../staff/words';
import { t, word } from './words';

export interface Reading {
  placeName: (level: string, id: string | null) => string;
  zone: string | undefined;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T/;
/** "cashier@store:…": what somebody is employed as, and where. */
const ROLE = /^(\w+)@(\w+):(.*)$/;

function figureWords(name: string, figure: number): string {
  if (name.endsWith('_minor')) return money(figure);
  if (name === 'basis_points') return percentText(figure);
  return name === 'cut_off_minutes' ? clockOf(figure) : formatCount(figure);
}
function textWords(name: string, text: string, how: Reading): string {
  if (MOMENT.test(text)) return momentIn(language.value, text, how.zone);
  if (name === 'permissions') return staffWord('right', text);
  const role = name === 'roles' ? ROLE.exec(text) : null;
  if (!role) return word('code', text);
  const [, code = '', level = '', id = ''] = role;
  return [staffWord('role', code), how.placeName(level, id || null)].filter(Boolean).join(' · ');
}

/** A single value or a list of such in words; an object is told field by field. */
export function valueWords(name: string, value: unknown, how: Reading): string {
  if (Array.isArray(value)) return value.length > 0 ? listed(value.map((one) => valueWords(name, one, how))) : t('value.none');
  if (value === null || value === '') return t('value.none');
  if (typeof value === 'boolean') return value ? t('value.yes') : t('value.no');
  return typeof value === 'number' ? figureWords(name, value) : textWords(name, String(value), how);
}
