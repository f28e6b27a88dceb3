import { shop } from '../../src/shop.js';

/** What can be down. */
export type Part =
  | { readonly what: 'nothing' | 'databases' | 'broker' | 'payment-provider' | 'notification-channel' }
  | { readonly what: 'context' | 'database'; readonly context: string };

const named = (what: 'context' | 'database', nameOf: (context: string) => string): Readonly<Record<string, Part>> =>
  Object.fromEntries(shop.names.map((context) => [nameOf(context), { what, context }]));

/** By the name of its section. */
export const parts: Readonly<Record<string, Part>> = {
  nothing: { what: 'nothing' },
  ...named('context', (context) => context),
  ...named('database', (context) => `${context}-database`),
  databases: { what: 'databases' },
  broker: { what: 'broker' },
  provider: { what: 'payment-provider' },
  channel: { what: 'notification-channel' },
};
