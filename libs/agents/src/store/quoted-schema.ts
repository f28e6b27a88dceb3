/** An identifier as SQL spells it. */
export const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;
