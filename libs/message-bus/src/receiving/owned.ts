/**
 * Whether what is asked for has to be the sender's own. A sender that a contract lets in as `owner()` alone owes it,
 * and the handler finds out: whose a thing is only its context knows. A handler that never asks has checked nothing, so
 * nothing of it counts.
 */
export class Ownership {
  #asked = false;

  /** @param owed false for a sender that the contract lets in for another reason */
  constructor(readonly owed: boolean) {}

  ask(): void {
    this.#asked = true;
  }

  get isOpen(): boolean {
    return this.owed && !this.#asked;
  }
}
