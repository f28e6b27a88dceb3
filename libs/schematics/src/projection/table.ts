import type { EventKey } from './event-key.js';
import { Name } from '../naming/name.js';

/** The table of a projection. */
export interface Table {
  readonly context: Name;
  readonly schema: string;
  readonly name: Name;
  /** The field of the event that says which row it is about. */
  readonly key: EventKey;
}

/** The column of the key. */
export const keyColumn = ({ key }: Table): string => Name.parse(key.field, 'a field').snake;
