/** When something is wanted of an order, RFC 3339. */
export const now = (): string => new Date().toISOString();
