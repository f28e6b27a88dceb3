/** An identifier as SQL spells it; context names are checked when a contract is declared, this holds for any. */
export const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;
