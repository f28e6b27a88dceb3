/** Products react to no other context. */
export const productsSubscriptions = {} as const;
