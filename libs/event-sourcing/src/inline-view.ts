/**
 * What is shown of aggregates, written in the transaction that records their events: whoever changed one reads its
 * change. An implementer writes what `event` changes, through the context's unit of work. Not its job: to refuse
 * anything (what throws here undoes the change), or to call another context.
 */
export interface InlineView {
  /** Whose events it is given. */
  readonly of: { readonly name: string };
  /** `state` is what the event has led to. */
  apply(event: object, state: unknown): void | Promise<void>;
}

/** The views of a context, by the aggregate that they show. */
export class InlineViews {
  private readonly views = new Map<string, InlineView[]>();

  add(view: InlineView): void {
    const others = this.views.get(view.of.name);
    if (others === undefined) this.views.set(view.of.name, [view]);
    else others.push(view);
  }

  of(aggregate: { readonly name: string }): readonly InlineView[] {
    return this.views.get(aggregate.name) ?? NONE;
  }
}

const NONE: readonly InlineView[] = [];
