import type { AnyCommandClass, AnyQueryClass, RequestContract } from '@isolith/contracts';
import type { WritePolicy } from './tool.js';

interface About {
  /** Default: made of the contract's name. */
  readonly title?: string;
  /** What it does and when to use it, for a model. Default: what its input schema says of itself (`describe()`). */
  readonly description?: string;
  /**
   * Its answers hold no text that somebody else wrote, or only text that the application vouches for. Default: whether
   * there is any place in its answers where such text could stand.
   */
  readonly trusted?: boolean;
}

/** The class of a command, with the type of its instances. */
interface CommandOf<M> {
  readonly contract: RequestContract<'command'>;
  restore(fields: Record<string, unknown>): object;
  new (input: never): M;
}

/** What is said of a query as a tool. */
export interface ReadSpec extends About {
  readonly message: AnyQueryClass;
}

/** What `write()` is told. */
export interface WriteOptions<M> extends About {
  /** Who has to agree. It is pure, and judges the command as it would be sent. */
  readonly policy: WritePolicy<M>;
  /** How often it may be called in one run. Default 5. */
  readonly mostPerRun?: number;
  /** The query that says what the command would do. It is sent as the user, like the command. */
  readonly preview?: (command: M) => object;
  /** The command that undoes it. */
  readonly undo?: (command: M) => object;
  /** Default true: MCP and people are told that it may remove or overwrite something. */
  readonly destructive?: boolean;
  /** Default false: asked twice, with the same input, it has the effect once. */
  readonly idempotent?: boolean;
}

/** A command as a tool, as it was declared: its functions take the command itself. */
export interface WriteSpec extends Omit<WriteOptions<object>, 'policy' | 'preview' | 'undo'> {
  readonly message: AnyCommandClass;
  readonly policy: WritePolicy<object>;
  readonly preview?: (command: object) => object;
  readonly undo?: (command: object) => object;
}

/** A query with more said of it than its contract says. */
export const read = (message: AnyQueryClass, about: About = {}): ReadSpec => ({ ...about, message });

/** A query whose answers hold no text of strangers: reading one does not make a run ask for approvals. */
export const trusted = (message: AnyQueryClass, about: Omit<About, 'trusted'> = {}): ReadSpec => ({
  ...about,
  message,
  trusted: true,
});

/** A command with the policy that a write needs: `write(CancelOrder, { policy: approve('it ends an order') })`. */
export function write<M extends object>(
  message: CommandOf<M>,
  { policy, preview, undo, ...about }: WriteOptions<M>,
): WriteSpec {
  const asked = (command: object): M => {
    if (command instanceof message) return command;
    throw new TypeError(`no ${message.contract.name}`);
  };
  return {
    ...about,
    message,
    policy: ({ input, principal }) => policy({ input: asked(input), principal }),
    ...(preview && { preview: (command: object) => preview(asked(command)) }),
    ...(undo && { undo: (command: object) => undo(asked(command)) }),
  };
}
