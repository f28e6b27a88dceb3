import type { KeyObject } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { z } from 'zod';
import { keyIdOf, type KeySource } from './auth-keys.js';

const headerSchema = z.object({ header: z.object({ kid: z.string().optional() }) });

interface SigningKey {
  readonly id: string;
  readonly jwt: JwtService;
  readonly secret: KeyObject;
}

/** What a token says, and the key that it was signed with. */
interface Verified {
  readonly payload: object;
  readonly key: SigningKey;
}

/** The keys of one purpose, each with its id: one signs, all verify. */
export class SigningKeys {
  readonly signing: SigningKey;
  readonly #all: readonly SigningKey[];

  /** `prefix` stands before the ids, so that a token of one kind names no key of another. */
  constructor(keys: KeySource, purpose: string, prefix = '') {
    const all = [keys.key(purpose), ...(keys.others?.(purpose) ?? [])].map((secret) => ({
      id: prefix + keyIdOf(secret),
      jwt: new JwtService({ secret }),
      secret,
    }));
    const [signing] = all;
    if (signing === undefined) throw new Error(`there is no key for ${purpose}`);
    this.signing = signing;
    this.#all = all;
  }

  get ids(): readonly string[] {
    return this.#all.map(({ id }) => id);
  }

  /** The id that a token says it was signed with; undefined when it says none. */
  idOf(token: string): string | undefined {
    return headerSchema.safeParse(this.signing.jwt.decode(token, { complete: true })).data?.header.kid;
  }

  /**
   * Verifies a token with the key that it names, or with each where it names none that is known. Throws what the
   * library throws for the last of them.
   */
  verify(token: string, options: Parameters<JwtService['verify']>[1]): Verified {
    const by = (key: SigningKey): Verified => ({ payload: key.jwt.verify<object>(token, options), key });
    if (this.#all.length === 1) return by(this.signing);
    const id = this.idOf(token);
    const named = this.#all.filter((key) => key.id === id);
    const [last, ...others] = (named.length > 0 ? named : this.#all).toReversed();
    for (const key of others.toReversed()) {
      try {
        return by(key);
      } catch (error) {
        if (!(error instanceof Error && error.message === 'invalid signature')) throw error;
      }
    }
    return by(last ?? this.signing);
  }
}
