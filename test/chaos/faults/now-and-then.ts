/** So many looks in vain, and more orders are placed. */
const LOOKS_BEFORE_MORE = 20;

/** For whoever looks again and again for what only orders bring about: called at each look, it places more at some. */
export function nowAndThen(moreOrders: () => void): () => void {
  let looks = 0;
  return () => {
    looks += 1;
    if (looks % LOOKS_BEFORE_MORE === 0) moreOrders();
  };
}
