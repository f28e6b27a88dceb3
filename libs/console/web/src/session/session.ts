import * as z from 'zod/mini';
import { Store } from '../store.js';

/** An operator's access token; `expiresAt` in epoch milliseconds, where it is known. */
export interface Token {
  readonly token: string;
  readonly expiresAt?: number | undefined;
}

/**
 *   none --token--> signed-in --a request was refused--> expired --token--> signed-in
 *     ^                 '------------- signed out ----------'
 *     '-----------------------------------------------------'
 */
export type SessionState = 'none' | 'signed-in' | 'expired';

const kept = z.object({ token: z.string(), expiresAt: z.optional(z.number()) });
const KEY = 'isolith-console-token';

/** Who is signed in, in this tab of the browser alone. */
export class Session {
  readonly state: Store<SessionState>;
  #token: Token | undefined;

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.#token = this.#read();
    this.state = new Store<SessionState>(this.#token === undefined ? 'none' : 'signed-in');
  }

  get token(): string | undefined {
    return this.#token?.token;
  }

  signIn(token: Token): void {
    this.#token = token;
    this.storage.setItem(KEY, JSON.stringify(token));
    this.state.set('signed-in');
  }

  signOut(): void {
    this.#token = undefined;
    this.storage.removeItem(KEY);
    this.state.set('none');
  }

  /** The host did not take this token. What was asked with another one before says nothing of it. */
  expire(refused: string | undefined): void {
    if (refused === this.token && this.state.value === 'signed-in') this.state.set('expired');
  }

  /** The next token, when somebody has signed in; rejects when they sign out or the signal ends the wait. */
  renewed(signal?: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (state: SessionState): void => {
        const { token } = this;
        if (state === 'expired') return;
        end();
        if (state === 'signed-in' && token !== undefined) resolve(token);
        else reject(new SignedOut());
      };
      const abort = (): void => {
        end();
        reject(new SignedOut());
      };
      const unwatch = this.state.watch(look);
      const end = (): void => {
        unwatch();
        signal?.removeEventListener('abort', abort);
      };
      signal?.addEventListener('abort', abort);
      if (signal?.aborted === true) abort();
      else look(this.state.value);
    });
  }

  #read(): Token | undefined {
    try {
      const found = kept.safeParse(JSON.parse(this.storage.getItem(KEY) ?? 'null'));
      return found.success ? found.data : undefined;
    } catch {
      // Somebody else's text under our name: as if there were none.
      return undefined;
    }
  }
}

/** Nobody waits for an answer any more. */
export class SignedOut extends Error {
  constructor() {
    super('signed out');
  }
}
