import { createHash } from 'node:crypto';

/** A statement that is prepared once per connection; `name` tells the server that it knows it already. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

// The name follows from the text, so one name never stands for two statements on a shared connection.
export const prepared = (text: string): PreparedStatement => ({
  name: `isolith-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`,
  text,
});
