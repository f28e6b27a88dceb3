import { schemaOf } from '@isolith/journal';

/** An identifier as SQL spells it. */
export const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

export const quotedSchemaOf = (context: string): string => quoted(schemaOf(context));
