/** Something that waits, as it is seen from outside. */
export interface Wait {
  /** `relay orders > notifications.order-mails`, `saga orders.checkout`, `queue …`, `database`, `broker`. */
  readonly what: string;
  /** The context that should move it. */
  readonly by: string;
  /** Changes with every progress. */
  readonly mark: string;
}

/** What a host says of itself. */
export interface Named {
  readonly host: string;
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
}

/** One look at a shop; milliseconds of this process' clock. */
export interface Sample {
  readonly at: number;
  readonly waits: readonly Wait[];
  readonly named: readonly Named[];
  /** Contexts of which a host answers. Who does not run can't name anything. */
  readonly answering: ReadonlySet<string>;
}
