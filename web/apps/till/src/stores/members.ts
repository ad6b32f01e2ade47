import type { Channel, MemberCard, Wording } from '@regulars/api';
import { newId } from '@regulars/device';
import { classify, formatCount } from '@regulars/shared';
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { refusedAs, server } from '../server';
import { language, named, t } from '../text';
import { useCart } from './cart';
import { useNotices } from './notices';
import { useSession } from './session';

export interface JoinForm {
  kind: 'phone' | 'email';
  text: string;
  name: string;
  /** The code of the friend who brought the guest; "" for none. */
  code: string;
  granted: ReadonlySet<string>;
}

/** Finding the member who stands at the counter, and making a new one of a guest. */
export const useMembers = defineStore('members', () => {
  const cart = useCart();
  const session = useSession();
  const notices = useNotices();
  const finding = ref(false);
  const wordings = shallowRef<Wording[]>([]);

  /** Greet the member whom a phone number, e-mail or card code names; null if nobody has it. */
  async function find(text: string): Promise<MemberCard | null> {
    finding.value = true;
    try {
      const card = await server.call('POST /members/lookup', { body: { text } });
      cart.greet(card);
      return card;
    } catch (failure) {
      if (refusedAs(failure, 'member.unknown')) return null;
      throw failure;
    } finally {
      finding.value = false;
    }
  }

  /** Read the balances of the greeted member again. */
  async function refresh(): Promise<void> {
    const { member } = cart;
    if (!member) return;
    const path = { member_id: member.id };
    cart.greet(await server.call('GET /members/{member_id}', { path }));
  }

  async function loadWordings(): Promise<void> {
    if (wordings.value.length === 0) wordings.value = await server.call('GET /wordings', {});
  }

  function asked(purpose: string): Wording | undefined {
    return wordings.value.find((one) => one.purpose === purpose);
  }

  /** Join a guest. `id` stays the same when the form is sent again, so she joins once. */
  async function join(id: string, form: JoinForm): Promise<MemberCard | null> {
    const store = session.place?.store;
    if (!store) return null;
    const channel: Channel = form.kind === 'phone' ? 'sms' : 'email';
    const joined = await server.call('POST /members', {
      command: id,
      body: {
        id,
        store_id: store.id,
        identities: [{ kind: form.kind, text: form.text }],
        name: form.name.trim() || null,
        language: language.value,
        referral_code: form.code.trim() || null,
        consents: wordings.value.map(({ purpose, version }) => ({
          channel: purpose === 'marketing' ? channel : ('profile' as const),
          purpose,
          granted: form.granted.has(purpose),
          wording_version: version,
        })),
      },
    });
    cart.greet(joined);
    notices.say(() => welcome(joined));
    return joined;
  }

  function welcome(joined: MemberCard): string {
    const gifts = (joined.gift?.coupons ?? []).map((coupon) => named(coupon));
    const points = joined.gift?.points ?? 0;
    if (points > 0) gifts.unshift(t('points.count', { count: formatCount(points) }));
    return gifts.length > 0
      ? t('join.welcome_gift', { gifts: gifts.join(t('list.and')) })
      : t('join.welcome');
  }

  /** How a typed text names a person, if it does. */
  function identityOf(text: string): { kind: 'phone' | 'email'; text: string } | null {
    const { kind, text: clean } = classify(text, false);
    return kind === 'phone' || kind === 'email' ? { kind, text: clean } : null;
  }

  function newJoin(): string {
    return newId();
  }

  return { finding, wordings, find, refresh, loadWordings, asked, join, identityOf, newJoin };
});
