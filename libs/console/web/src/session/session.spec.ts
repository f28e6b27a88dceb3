import { describe, expect, it } from '@jest/globals';
import { Session, SignedOut } from './session.js';

class Kept {
  readonly #values = new Map<string, string>();
  getItem = (key: string): string | null => this.#values.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.#values.set(key, value);
  removeItem = (key: string): void => void this.#values.delete(key);
}

describe('a session', () => {
  it('is kept in the storage of its tab, and gone when signed out', () => {
    const storage = new Kept();
    const session = new Session(storage);
    expect(session.state.value).toBe('none');
    session.signIn({ token: 'a', expiresAt: 5 });
    expect(new Session(storage).token).toBe('a');
    session.signOut();
    expect(new Session(storage).state.value).toBe('none');
  });

  it('takes what is no token of its own for none', () => {
    const storage = new Kept();
    storage.setItem('isolith-console-token', '{oh');
    expect(new Session(storage).state.value).toBe('none');
  });

  it('expires with the token that was refused, not with one before it', () => {
    const session = new Session(new Kept());
    session.signIn({ token: 'new' });
    session.expire('old');
    expect(session.state.value).toBe('signed-in');
    session.expire('new');
    expect(session.state.value).toBe('expired');
  });

  it('hands the next token to whoever waits for it', async () => {
    const session = new Session(new Kept());
    session.signIn({ token: 'old' });
    session.expire('old');
    const waiting = session.renewed();
    session.signIn({ token: 'new' });
    await expect(waiting).resolves.toBe('new');
  });

  it('leaves nobody waiting who has signed out or gone', async () => {
    const session = new Session(new Kept());
    session.signIn({ token: 'old' });
    session.expire('old');
    const gone = new AbortController();
    const waiting = [session.renewed(), session.renewed(gone.signal)];
    gone.abort();
    session.signOut();
    for (const one of waiting) await expect(one).rejects.toBeInstanceOf(SignedOut);
  });
});
