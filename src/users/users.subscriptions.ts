/** Users react to no other context. */
export const usersSubscriptions = {} as const;
