import { hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { asOpaqueString } from './opaque-string.js';

/**
 * A hash of a random password that nobody kept, made with the parameters of `hash()`. Checking a password for an
 * unknown account costs the same work as for a known one, so the time of the answer does not tell which it was.
 */
export const DUMMY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$LDmdWb5yja8YVtxN1ysVkg$BTdsV4Jgt3FZqJxM+ulpfhtcpVR+qfBiEGyvMVQSENE';

/**
 * A password is what somebody types, whichever way the keyboard spells it: it is hashed as PRECIS prepares it. argon2id with the library's defaults (19 MiB, 2 passes). Takes tens of milliseconds: never inside a unit of work.
 */
@Injectable()
export class Passwords {
  hash(password: string): Promise<string> {
    return hash(asOpaqueString(password));
  }

  /** `stored` is undefined when there is no account; the answer is false then, after the same work. */
  async matches(stored: string | undefined, password: string): Promise<boolean> {
    const prepared = asOpaqueString(password);
    const known = stored ?? DUMMY_HASH;
    // Hashes from before passwords were prepared are of what was typed.
    const same = (await verify(known, prepared)) || (prepared !== password && (await verify(known, password)));
    return same && stored !== undefined;
  }
}
