import ts from 'typescript';
import { Refused } from '../refusals/refused.js';
import type { Name } from '../naming/name.js';
import type { SourceText } from '../source/source-text.js';
import { eventOption } from '../subscription/event-option.js';
import { sampleOfField } from '../subscription/sample.js';

export interface EventKey {
  readonly field: string;
  /** The type of PostgreSQL that holds it. */
  readonly type: 'bigint' | 'text' | 'uuid';
}

/**
 * The field by which an event is ordered, and by which a projection of it is kept. @throws {Refused} where it is not
 * written out
 */
export function keyOf(contract: SourceText, event: Name): EventKey {
  const key = eventOption(contract, event, 'key');
  if (key === undefined || !ts.isStringLiteral(key))
    throw new Refused(`${contract.path}: looked for key: '…' of ${event.pascal}; found none that is written out`);
  const sample = sampleOfField(contract, event, key.text) ?? '';
  return { field: key.text, type: sample === 'randomUUID()' ? 'uuid' : /^\d+$/.test(sample) ? 'bigint' : 'text' };
}
