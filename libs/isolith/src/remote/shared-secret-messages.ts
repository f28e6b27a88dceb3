/**
 * Messages under the secret that all hosts share, of hosts that do not use a key of their own, and that were believed
 * all the same: counted since the start, where this host has such a key.
 */
export class SharedSecretMessages {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  readonly note = (): void => void (this.#count += 1);
}
