/** Messages of hosts of a release that proves none, and that were believed all the same: counted since the start. */
export class UnprovedMessages {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  readonly note = (): void => void (this.#count += 1);
}
