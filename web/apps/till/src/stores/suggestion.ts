import type { MenuProduct, Suggestion, SuggestionRequest } from '@regulars/api';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import { latest } from '../latest';
import { server } from '../server';
import { useCart } from './cart';
import { useMenu } from './menu';
import { useSession } from './session';

// After the price: a suggestion may come late, and must not slow down a tap.
const PAUSE_MILLISECONDS = 700;

/** One dish of the menu, and why it is offered. */
export interface Fitting {
  product: MenuProduct;
  suggestion: Suggestion;
}

/** What fits the basket and its guest. Nothing is shown where nothing fits, or while it is unknown. */
export const useSuggestion = defineStore('suggestion', () => {
  const cart = useCart();
  const menu = useMenu();
  const session = useSession();
  const found = shallowRef<Suggestion[]>([]);
  const refused = shallowRef<ReadonlySet<string>>(new Set());

  const question = computed<SuggestionRequest | null>(() => {
    const store = session.place?.store;
    if (!store || cart.isEmpty) return null;
    const dishes = new Set(cart.lines.map((line) => line.product_id));
    return {
      store_id: store.id,
      member_id: cart.basket.member?.id ?? null,
      product_ids: [...dishes].sort(),
    };
  });
  const asking = latest<SuggestionRequest, Suggestion[]>(
    async (body, signal) => (await server.call('POST /recommendations', { body, signal })).suggestions,
    {
      answered: (_, suggestions) => (found.value = suggestions),
      // Nobody waits for it: without an answer there is simply nothing to offer.
      failed: () => (found.value = []),
    },
    PAUSE_MILLISECONDS,
  );
  watch(
    () => JSON.stringify(question.value),
    () => {
      found.value = [];
      if (question.value) asking.ask(question.value);
      else {
        asking.cancel();
        refused.value = new Set();
      }
    },
  );

  /** The best that fits: what everybody buys is no reason to interrupt. */
  const fitting = computed<Fitting | null>(() => {
    for (const suggestion of found.value) {
      if (suggestion.why === 'best_seller' || refused.value.has(suggestion.product_id)) continue;
      const product = menu.menu?.products.find((one) => one.id === suggestion.product_id);
      if (product && !product.sold_out) return { product, suggestion };
    }
    return null;
  });

  /** The guest does not want it: it is not offered again with this basket. */
  function refuse(productId: string): void {
    refused.value = new Set([...refused.value, productId]);
  }

  return { fitting, refuse };
});
