/** Which products of the menu an offer speaks of. */
import type { GiftToAdd, Hint, MenuProduct } from '@regulars/api';

type Named = Pick<GiftToAdd, 'products' | 'variants' | 'categories' | 'tags'>;

function isNamed(product: MenuProduct, goods: Named): boolean {
  return (
    goods.products.includes(product.id) ||
    goods.categories.includes(product.category_id) ||
    product.tags.some((tag) => goods.tags.includes(tag)) ||
    product.variants.some((variant) => goods.variants.includes(variant.id))
  );
}

/** The products that a gift may be; what is sold out cannot be given. */
export function giftsOf(gift: Named, products: readonly MenuProduct[]): MenuProduct[] {
  return products.filter((product) => !product.sold_out && isNamed(product, gift));
}

/** What counts towards a hint; nothing named is everything that may be discounted. */
export function countingFor({ goods }: Hint, products: readonly MenuProduct[]): MenuProduct[] {
  const isAll = ![goods.products, goods.variants, goods.categories, goods.tags].some((one) => one.length > 0);
  const excluded: Named = {
    products: goods.excluded_products,
    variants: goods.excluded_variants,
    categories: goods.excluded_categories,
    tags: goods.excluded_tags,
  };
  return products.filter(
    (product) =>
      product.discountable && !product.sold_out && (isAll || isNamed(product, goods)) && !isNamed(product, excluded),
  );
}
