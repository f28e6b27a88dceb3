import { z } from 'zod';
import { compileCopy, type Copy } from '../schema/copy.js';
import { requireDeclarable } from './declaration.js';
import type { MessageName } from './names.js';
import { parseName } from './names.js';

/** What a failure is, as data: its name, its version, the schema of its data, and what it means to a caller. */
export interface FailureContract {
  readonly kind: 'failure';
  readonly name: MessageName;
  readonly context: string;
  /** The name without its context: what an HTTP problem document and an order's `failure.type` show. */
  readonly label: string;
  readonly version: number;
  readonly data: z.ZodObject;
  readonly status: number;
  readonly retryable: boolean;
  /** Whether it is stored as the command's outcome: a repetition with the same id gets it again. */
  readonly kept: boolean;
  /** The thrower's side: strict. */
  readonly copy: Copy<unknown>;
}

/** An expected business outcome that is not success. Thrown by handlers, caught by class in every placement. */
export class Failure<D = unknown> extends Error {
  readonly contract: FailureContract;
  readonly data: D;

  constructor(contract: FailureContract, data: D, detail: string) {
    super(detail);
    this.contract = contract;
    this.data = data;
  }

  override get name(): string {
    return this.contract.name;
  }
}

/** What `failure()` is told. */
export interface FailureSpec<D extends z.ZodObject> {
  readonly data?: D;
  /** The HTTP status that the edge answers with. */
  readonly status: number;
  /** Whether the same command may succeed later. Such failures are not stored as the command's outcome. */
  readonly retryable?: boolean;
  /**
   * Whether it is stored as the command's outcome, so that a repetition with the same id gets it again. Unless it says
   * otherwise a failure decided nothing, and the same command may be asked anew, when it is retryable or its status is
   * 401 (who asks is not known), 404 (what it is about is not there) or 422 (what it names does not fit).
   */
  readonly kept?: boolean;
  /** One sentence for people. No personal data: it is stored and logged. */
  readonly detail: string | ((data: z.output<D>) => string);
  readonly version?: number;
}

interface FailureStatics {
  readonly contract: FailureContract;
  /** Rebuilds the failure on the far side, with the sentence it had where it was thrown. */
  rebuild(data: unknown, detail: string): Failure;
}

/** Any failure class, whatever its data. */
export interface AnyFailureClass extends FailureStatics {
  new (data: never): Failure;
}

/** What `failure()` returns: a class to extend, whose instances are thrown and caught. */
export interface FailureClass<D extends z.ZodObject> extends FailureStatics {
  new (data: z.output<D>): Failure<z.output<D>>;
}

/** Statuses of refusals that found nothing to decide about. */
const DECIDE_NOTHING: ReadonlySet<number> = new Set([401, 404, 422]);

type NoData = z.ZodObject<Record<never, never>>;

/** Declares a failure: `class OutOfStock extends failure('inventory.out-of-stock', { … }) {}`. */
export function failure<D extends z.ZodObject = NoData>(name: MessageName, spec: FailureSpec<D>): FailureClass<D> {
  // Without a declaration D is NoData, which is this very schema.
  const data = spec.data ?? (z.object({}) as unknown as D);
  const { context, message: label } = parseName(name);
  requireDeclarable(name, data, { mayBePersonal: false });
  const retryable = spec.retryable ?? false;
  const contract: FailureContract = {
    kind: 'failure',
    name,
    context,
    label,
    version: spec.version ?? 1,
    data,
    status: spec.status,
    retryable,
    kept: !retryable && (spec.kept ?? !DECIDE_NOTHING.has(spec.status)),
    copy: compileCopy(name, data, 'strict'),
  };
  const read = compileCopy(name, data, 'lenient');
  const sentence = (value: z.output<D>): string => (typeof spec.detail === 'string' ? spec.detail : spec.detail(value));
  class Declared extends Failure<z.output<D>> {
    static readonly contract = contract;

    static rebuild(value: unknown, detail: string): Failure {
      // `this` is the class that extends the declaration, so `instanceof` holds for it.
      const rebuilt = new this(read(value));
      rebuilt.message = detail;
      return rebuilt;
    }

    constructor(value: z.output<D>) {
      super(contract, value, sentence(value));
    }
  }
  return Declared;
}
