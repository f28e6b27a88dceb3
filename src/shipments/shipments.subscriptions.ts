/** Shipments take no events. */
export const shipmentsSubscriptions = {} as const;
