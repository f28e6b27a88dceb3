import { newServiceKey } from '../../libs/isolith/src/identity/service-key.js';

/** Both halves of a key, as variables take them. */
export type KeyPair = ReturnType<typeof newServiceKey>;

/** A key for each service of a placement: hosts of the same contexts are replicas, and share theirs. */
export class PlacedKeys {
  readonly #pairs = new Map<string, KeyPair>();

  constructor(private readonly hosts: readonly (readonly string[])[]) {
    for (const contexts of hosts)
      if (!this.#pairs.has(String(contexts))) this.#pairs.set(String(contexts), newServiceKey());
  }

  /** Of the host at a place. */
  of(place: number): KeyPair {
    const pair = this.#pairs.get(String(this.hosts[place]));
    if (pair === undefined) throw new Error(`nothing is placed at ${place}`);
    return pair;
  }

  /** SERVICE_PUBLIC_KEYS; `more`: keys of the service at a place beside or instead of its own. */
  list(more: ReadonlyMap<number, readonly KeyPair[]> = new Map()): string {
    const contexts = new Map<string, readonly KeyPair[]>();
    for (const [place, names] of this.hosts.entries()) {
      const pairs = more.get(place) ?? [this.of(place)];
      for (const name of names) contexts.set(name, pairs);
    }
    return [...contexts]
      .map(([context, pairs]) => `${context}=${pairs.map(({ publicKey }) => publicKey).join(' ')}`)
      .join(',');
  }
}
