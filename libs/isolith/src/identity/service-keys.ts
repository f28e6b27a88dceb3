import { createSecretKey, diffieHellman, hkdfSync, type KeyObject } from 'node:crypto';
import type { PublicKey, ServiceKey } from './service-key.js';

const SECRET_BYTES = 32;
/** The audience of what is said to all hosts. */
const EVERYBODY = '*';

/** A key that is listed, and whose it is. */
export interface ListedKey extends PublicKey {
  readonly contexts: ReadonlySet<string>;
}

interface ServiceKeysOptions {
  /** Signs what this host sends, and opens what is proved for it. */
  readonly own: ServiceKey;
  /** Still opens what was proved for it, while `own` takes its place. */
  readonly previous?: ServiceKey | undefined;
  /** Whose key is whose: of each context those that its hosts have. */
  readonly listed: ReadonlyMap<string, readonly PublicKey[]>;
  /**
   * All contexts of the application, and the gateway: what is said to all can be proved once each of them is listed.
   */
  readonly everyone: readonly string[];
}

/** The keys of a host: its own, and those of all services as it was told. */
export class ServiceKeys {
  readonly own: ServiceKey;
  readonly #opening: readonly ServiceKey[];
  readonly #listed = new Map<string, ListedKey>();
  readonly #readers: ReadonlyMap<string, readonly PublicKey[]>;
  /** One for each two keys, of which there are few. */
  readonly #secrets = new Map<string, KeyObject>();

  constructor({ own, previous, listed, everyone }: ServiceKeysOptions) {
    this.own = own;
    this.#opening = previous === undefined || previous.id === own.id ? [own] : [own, previous];
    for (const [context, keys] of listed)
      for (const { id, key } of keys)
        this.#listed.set(id, { id, key, contexts: new Set([...(this.#listed.get(id)?.contexts ?? []), context]) });
    const readsAll = everyone.every((context) => listed.has(context)) ? [...this.#listed.values()] : [];
    this.#readers = new Map([...listed, [EVERYBODY, readsAll]]);
  }

  /** Whose keys a message for the audience is proved for; none where that audience is not listed. */
  readersOf(audience: string): readonly PublicKey[] {
    return this.#readers.get(audience) ?? [];
  }

  /** The key with this id, if it is listed. */
  listed(id: string): ListedKey | undefined {
    return this.#listed.get(id);
  }

  /** Ids of all keys that are listed. */
  get ids(): readonly string[] {
    return [...this.#listed.keys()];
  }

  /** What this host proves its messages to a reader with: nobody else but that reader can find it out. */
  toward(reader: PublicKey): KeyObject {
    return this.#agreed(this.own, reader, `${this.own.id} ${reader.id}`);
  }

  /** What a sender proves its messages to this host with, by the id of this host's key that it used. */
  from(sender: PublicKey): readonly { readonly id: string; readonly secret: KeyObject }[] {
    return this.#opening.map((own) => ({ id: own.id, secret: this.#agreed(own, sender, `${sender.id} ${own.id}`) }));
  }

  /** ECDH, then HKDF-SHA-256 (RFC 5869) for one direction: what is sent one way is no proof for the other. */
  #agreed({ privateKey }: ServiceKey, { key }: PublicKey, direction: string): KeyObject {
    const known = this.#secrets.get(direction);
    if (known !== undefined) return known;
    const shared = diffieHellman({ privateKey, publicKey: key });
    const secret = createSecretKey(
      Buffer.from(hkdfSync('sha256', shared, '', `isolith proofs ${direction} v1`, SECRET_BYTES)),
    );
    this.#secrets.set(direction, secret);
    return secret;
  }
}
