/** Payments react to no other context. */
export const paymentsSubscriptions = {} as const;
