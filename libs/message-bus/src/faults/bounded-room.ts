import { OverloadedError } from '@isolith/contracts';

/** Bounds what is on its way to each address. */
export class BoundedRoom {
  private readonly inHand = new Map<string, number>();

  constructor(private readonly most: number) {}

  /** Takes room for so many more; the returned function gives it back. Throws OverloadedError beyond the bound. */
  enter(address: string, count: number): () => void {
    const before = this.inHand.get(address) ?? 0;
    if (before + count > this.most)
      throw new OverloadedError(`${address} has ${before} messages in hand, its bound is ${this.most}`);
    this.inHand.set(address, before + count);
    return () => {
      const left = (this.inHand.get(address) ?? 0) - count;
      if (left > 0) this.inHand.set(address, left);
      else this.inHand.delete(address);
    };
  }
}
