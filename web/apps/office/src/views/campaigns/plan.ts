/** A campaign as its form has it, and as the server keeps it. */
import { dayAfter, daysBetween } from '../../days';
import type { Gift } from '../../inputs/gifts';
import { NO_NUMBER } from '../../inputs/numbers';
import { isEmptyGift } from '../journeys/checks';
import type { Wanted } from '../journeys/fields/wanted';

export const AIMS = ['come_back', 'visit_more', 'spend_more', 'try_new', 'thank'] as const;

export interface Form extends Record<string, unknown> {
  name_zh: string;
  name_en: string;
  aim: string;
  segment_id: string;
  starts_on: string;
  ends_on: string;
  minute: number;
  budget_minor: number | null;
  /** Of 10,000. */
  control: number;
  gives: boolean;
  gift: string;
  cost_minor: number | null;
  writes: boolean;
  message: string;
}

const TEN = 600;
const TENTH = 1_000;
const DAYS = 14;
const NOTHING: Wanted = { template: '', channels: [], valid_minutes: 2_880 };

export function freshForm(today: string): Form {
  return {
    name_zh: '',
    name_en: '',
    aim: 'come_back',
    segment_id: '',
    starts_on: dayAfter(today, 1),
    ends_on: dayAfter(today, DAYS),
    minute: TEN,
    budget_minor: null,
    control: TENTH,
    gives: false,
    gift: '{}',
    cost_minor: null,
    writes: true,
    message: JSON.stringify(NOTHING),
  };
}

export interface Stored {
  name_zh: string;
  name_en: string;
  definition: Readonly<Record<string, unknown>>;
}
interface Plan {
  aim: string;
  segment_id: string;
  starts_on: string;
  ends_on: string;
  minute: number;
  budget_minor: number;
  control: number;
  gift: { gift: Gift; cost_minor?: number } | null;
  message: Wanted | null;
}

/** A definition that the server has checked. */
export function planOf(definition: Readonly<Record<string, unknown>>): Plan {
  return definition as unknown as Plan;
}

export function formOf(stored: Stored): Form {
  const { gift, message, ...rest } = planOf(stored.definition);
  return {
    name_zh: stored.name_zh,
    name_en: stored.name_en,
    aim: rest.aim,
    segment_id: rest.segment_id,
    starts_on: rest.starts_on,
    ends_on: rest.ends_on,
    minute: rest.minute,
    budget_minor: rest.budget_minor,
    control: rest.control,
    gives: gift !== null,
    gift: JSON.stringify(gift?.gift ?? {}),
    cost_minor: gift?.cost_minor ?? null,
    writes: message !== null,
    message: JSON.stringify(message ? wantedIn(message) : NOTHING),
  };
}

/** What of a stored step makes its message; the rest is made anew by the server. */
function wantedIn({ template, channels, valid_minutes, values, expected_value_minor }: Wanted): Wanted {
  return { template, channels, valid_minutes, ...(values ? { values } : {}), ...(expected_value_minor ? { expected_value_minor } : {}) };
}

export type Lack = 'segment_id' | 'budget_minor' | 'gift' | 'cost_minor' | 'message' | 'nothing';

/** What is still to be filled in before a campaign can be saved. */
export function lackingIn(form: Form): Lack[] {
  const isAmount = (minor: number | null) => minor !== null && minor !== NO_NUMBER;
  const lacks: [Lack, boolean][] = [
    ['segment_id', !form.segment_id],
    ['budget_minor', !isAmount(form.budget_minor)],
    ['gift', form.gives && isEmptyGift(giftOf(form))],
    ['cost_minor', form.gives && (!isAmount(form.cost_minor) || giftOf(form).bonus_minor === NO_NUMBER)],
    ['message', form.writes && !wantedOf(form).template],
    ['nothing', !form.gives && !form.writes],
  ];
  return lacks.flatMap(([lack, isLacking]) => (isLacking ? [lack] : []));
}

/** The same again for somebody else's weeks: as long as it was, from tomorrow on. */
export function copied(form: Form, today: string): Form {
  return { ...form, starts_on: dayAfter(today, 1), ends_on: dayAfter(today, daysBetween(form.starts_on, form.ends_on)) };
}

export function bodyOf(form: Form): { name_zh: string; name_en: string; definition: Record<string, unknown> } {
  const { name_zh, name_en, gives, gift, cost_minor, writes, message, ...rest } = form;
  const definition: Record<string, unknown> = {
    ...rest,
    gift: gives ? { gift: giftOf(form), cost_minor } : null,
    message: writes ? wantedOf(form) : null,
  };
  return { name_zh, name_en, definition };
}

export function giftOf(form: Pick<Form, 'gift'>): Gift {
  return JSON.parse(form.gift) as Gift;
}

export function wantedOf(form: Pick<Form, 'message'>): Wanted {
  return JSON.parse(form.message) as Wanted;
}
