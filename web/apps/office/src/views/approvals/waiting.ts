/** What somebody agrees to, read from the stored definition of a campaign or a journey. */
import type { AnswerOf } from '@regulars/api';

type Definition = Readonly<Record<string, unknown>>;

export interface Given {
  /** As its author spelled it. */
  gift: unknown;
  /** What one costs at most, as its author says. */
  costMinor: number;
}

export interface Message {
  template: string;
  channels: readonly string[];
}

export interface CampaignFacts {
  aim: string;
  segmentId: string;
  startsOn: string | null;
  endsOn: string | null;
  budgetMinor: number | null;
  /** How many of 10,000 are left out to measure by. */
  control: number;
  gifts: readonly Given[];
  messages: readonly Message[];
}

export interface JourneyFacts {
  purpose: string;
  control: number;
  steps: number;
  gifts: readonly Given[];
  messages: readonly Message[];
}

const isDefinition = (value: unknown): value is Definition => typeof value === 'object' && value !== null && !Array.isArray(value);
const figure = (value: unknown): number => (typeof value === 'number' ? value : 0);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);

function givenIn(node: unknown): Given | null {
  if (!isDefinition(node) || node.do !== 'gift') return null;
  return { gift: node.gift, costMinor: figure(node.cost_minor) };
}
function messageIn(node: unknown): Message | null {
  if (!isDefinition(node) || node.do !== 'message') return null;
  return { template: text(node.template), channels: texts(node.channels) };
}
function acts(nodes: readonly unknown[]): { gifts: Given[]; messages: Message[] } {
  return {
    gifts: nodes.map(givenIn).filter((one): one is Given => one !== null),
    messages: nodes.map(messageIn).filter((one): one is Message => one !== null),
  };
}

export function campaignFacts(definition: Definition): CampaignFacts {
  return {
    aim: text(definition.aim),
    segmentId: text(definition.segment_id),
    startsOn: text(definition.starts_on) || null,
    endsOn: text(definition.ends_on) || null,
    budgetMinor: typeof definition.budget_minor === 'number' ? definition.budget_minor : null,
    control: figure(definition.control),
    ...acts([definition.gift, definition.message]),
  };
}

export function journeyFacts(definition: Definition): JourneyFacts {
  const nodes = isDefinition(definition.nodes) ? Object.values(definition.nodes) : [];
  return { purpose: text(definition.purpose), control: figure(definition.control), steps: nodes.length, ...acts(nodes) };
}

type Journey = AnswerOf<'GET /journeys/{journey_id}'>;
export type Version = Journey['versions'][number];

/** The version that somebody submitted and nobody has agreed to yet. */
export function proposedIn(journey: Journey | undefined): Version | undefined {
  return journey?.versions.find((one) => one.version === journey.proposed);
}
