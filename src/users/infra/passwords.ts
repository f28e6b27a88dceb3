import { hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';

/**
 * A hash of a random password that nobody kept, made with the parameters of `hash()`. Checking a password for an
 * unknown account costs the same work as for a known one, so the time of the answer does not tell which it was.
 */
export const DUMMY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$LDmdWb5yja8YVtxN1ysVkg$BTdsV4Jgt3FZqJxM+ulpfhtcpVR+qfBiEGyvMVQSENE';

/** argon2id with the library's defaults (19 MiB, 2 passes). Takes tens of milliseconds: never inside a unit of work. */
@Injectable()
export class Passwords {
  hash(password: string): Promise<string> {
    return hash(password);
  }

  /** `stored` is undefined when there is no account; the answer is false then, after the same work. */
  async matches(stored: string | undefined, password: string): Promise<boolean> {
    const same = await verify(stored ?? DUMMY_HASH, password);
    return same && stored !== undefined;
  }
}
