import { GATEWAY } from '@isolith/contracts';
import { unknownContexts } from '../config/placement-rules.js';
import type { Application } from '../context/application.js';
import { newServiceKey } from '../identity/service-key.js';

const VERB = '--service-key';

/** What `makeServiceKey` is given. */
export interface MakeServiceKeyOptions {
  readonly application: Pick<Application, 'names'>;
  /** The words behind the verb: the contexts that hosts with the key run, `gateway` included. */
  readonly words: readonly string[];
  /** One line, for a file of variables or for a human. */
  readonly say: (line: string) => void;
}

/**
 * Makes a key for the hosts of some contexts and says both halves as variables: `SERVICE_KEY` for those hosts alone,
 * and what belongs into `SERVICE_PUBLIC_KEYS` of every host. It is kept nowhere.
 * @returns the exit code: 0 when it was made, 1 when not
 */
export function makeServiceKey({ application, words, say }: MakeServiceKeyOptions): 0 | 1 {
  const unknown = unknownContexts(words, [...application.names, GATEWAY], VERB);
  for (const line of unknown) say(line);
  if (words.length === 0) say(`${VERB}: expected contexts behind it, those that the hosts with the key run`);
  if (words.length === 0 || unknown.length > 0) return 1;
  const { privateKey, publicKey } = newServiceKey();
  const contexts = [...new Set(words)];
  say(`# for the hosts of ${contexts.join(', ')}, and for nobody else`);
  say(`SERVICE_KEY=${privateKey}`);
  say('# for every host, together with what the keys of all other contexts are listed as');
  say(`SERVICE_PUBLIC_KEYS=${contexts.map((context) => `${context}=${publicKey}`).join(',')}`);
  return 0;
}
