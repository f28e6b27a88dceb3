/** What stands in a chain at most once: the chain keeps its neighbours in it. */
export interface Linked<T> {
  before: T | undefined;
  after: T | undefined;
}

/**
 * A queue of which each member can leave at once, from wherever it stands. A Set does the same and has to hash each
 * member by an identity that is made for it; members that live for a microsecond feel that.
 */
export class Chain<T extends Linked<T>> {
  private first: T | undefined;
  private last: T | undefined;

  get isEmpty(): boolean {
    return this.first === undefined;
  }

  /** Appends what stands in no chain. */
  add(member: T): void {
    member.before = this.last;
    if (this.last === undefined) this.first = member;
    else this.last.after = member;
    this.last = member;
  }

  /** Takes a member out; nothing happens when it has left before. */
  remove(member: T): void {
    const { before, after } = member;
    if (before === undefined && this.first !== member) return;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    member.before = undefined;
    member.after = undefined;
  }

  /** From the oldest to the newest. The one that was given last may leave meanwhile. */
  *[Symbol.iterator](): Generator<T> {
    let at = this.first;
    while (at !== undefined) {
      const { after } = at;
      yield at;
      at = after;
    }
  }
}
