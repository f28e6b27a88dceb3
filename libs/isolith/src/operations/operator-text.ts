import { line, plain } from '@isolith/contracts';

/** What an operator names something by. A line of a log holds no control characters. */
export const operatorText = plain(500).min(1);

/** Why an operator does something: kept with what was done. */
export const reason = line(500);
