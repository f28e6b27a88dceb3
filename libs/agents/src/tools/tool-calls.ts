import { contractOf, delegatePrincipal, masked, type Principal, type RequestContract } from '@isolith/contracts';
import { assertNoOpenUnit, runAs, withOptions } from '@isolith/message-bus';
import { orStopped } from './calls/or-stopped.js';
import { boundedJson, type ToolAnswer } from './tool-answer.js';
import { toolFailure } from './calls/tool-failure.js';
import type { Tool, ToolInput } from './tool.js';

/** How long a call waits for its answer, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** One call of a tool, as it was judged. */
export interface ToolCall {
  readonly tool: Tool;
  /** As the governor has read it. It is read again: what was kept may be of another release. */
  readonly input: ToolInput;
  /** The same each time that this call is made: a command with it has its effect once. */
  readonly id: string;
  /**
   * Somebody outside has chosen what the id derives from: with another input it is refused as a conflict, where an id
   * that nobody chooses stands for its call alone. Default false.
   */
  readonly idIsChosen?: boolean;
  /** Whom the run acts for; sent as a delegate of the context that keeps the run, whatever it says. */
  readonly principal: Principal;
  /** Ends the waiting: a write that was sent may have its effect all the same. */
  readonly signal: AbortSignal;
  /** The run's, so that what it causes is found together. */
  readonly correlationId?: string;
  /** W3C Trace Context. */
  readonly traceparent?: string;
}

/** Where messages go: `CommandBus` and `QueryBus` of @nestjs/cqrs. */
export interface Buses {
  readonly commands: { execute(command: object): Promise<unknown> };
  readonly queries: { execute(query: object): Promise<unknown> };
}

/** How `ToolCalls` makes them. */
export interface ToolCallOptions {
  /** The context that keeps the runs, or `gateway`: whose delegate the model is. */
  readonly context: string;
  readonly buses: Buses;
  /** How long a call waits for its answer, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** Told of what is neither an outcome nor an outage: a defect here. */
  readonly onError: (error: Error, tool: string) => void;
}

/** What is asked of one message, as a tool's call. */
interface Question {
  readonly kind: Tool['kind'];
  readonly message: object;
  readonly contract: RequestContract;
}

/**
 * Makes calls of tools, as whom the run acts for and never as more: the context that receives a message is told of a
 * delegate. Never rejects, except inside an open unit of work, with CallInsideUnitError.
 */
export class ToolCalls {
  readonly #options: Required<ToolCallOptions>;

  constructor(options: ToolCallOptions) {
    this.#options = { timeoutMs: TIMEOUT_MS, ...options };
  }

  /** Makes the call. Made again with the same id it has no second effect, and the answer of the first. */
  async call(call: ToolCall): Promise<ToolAnswer> {
    assertNoOpenUnit(`the tool ${call.tool.name}`);
    const { tool, input } = call;
    const { kind, message } = tool;
    return this.#answer(call, () => ({
      kind,
      message: message.restore({ ...tool.read(input) }),
      contract: message.contract,
    }));
  }

  /** What the call would do, where its tool can say; it changes nothing. */
  async preview(call: ToolCall): Promise<ToolAnswer | undefined> {
    assertNoOpenUnit(`the preview of the tool ${call.tool.name}`);
    const { tool, input } = call;
    if (tool.kind === 'read' || tool.preview === undefined) return undefined;
    const { preview } = tool;
    return this.#answer(call, () => {
      const message = preview(tool.read(input));
      const contract = contractOf(message);
      if (contract?.kind !== 'query') throw new TypeError(`the preview of ${tool.name} is no query`);
      return { kind: 'read', message, contract };
    });
  }

  async #answer(call: ToolCall, ask: () => Question): Promise<ToolAnswer> {
    const { name, untrusted } = call.tool;
    // A call that nobody waits for is not begun.
    if (call.signal.aborted)
      return {
        outcome: 'failed',
        retryable: false,
        untrusted: false,
        content: failureText('stopped', 'It was not begun.'),
      };
    let asked: Question | undefined;
    try {
      asked = ask();
      const { contract } = asked;
      const value = await this.#send(asked, call);
      if (contract.output === undefined) return { outcome: 'done', retryable: false, untrusted, content: DONE };
      const output = masked(contract.output, readAnswer(contract, value));
      const { content, cut } = boundedJson(output);
      return { outcome: 'done', retryable: false, untrusted, content, ...(cut ? {} : { output }) };
    } catch (thrown) {
      // What was never sent had no effect.
      const { outcome, retryable, type, detail, problems, unheard } = toolFailure(asked?.kind ?? 'read', thrown);
      if (unheard !== undefined) this.#options.onError(unheard, name);
      return { outcome, retryable, untrusted, content: failureText(type, detail, problems) };
    }
  }

  #send(
    { kind, message }: Question,
    { id, idIsChosen = false, principal, signal, correlationId, traceparent }: ToolCall,
  ): Promise<unknown> {
    const { context, buses, timeoutMs } = this.#options;
    const delegate = delegatePrincipal(context, principal);
    const sent = withOptions(message, {
      principal: delegate,
      timeoutMs,
      // A query that asks for what a command would do is not that command.
      ...(kind === 'write' ? { id, byId: !idIsChosen } : {}),
    });
    const send = (): Promise<unknown> =>
      kind === 'write' ? buses.commands.execute(sent) : buses.queries.execute(sent);
    return runAs(context, () => orStopped(signal, send), {
      principal: delegate,
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(traceparent === undefined ? {} : { traceparent }),
    });
  }
}

/** Only what the contract names: of anything else nobody knows whether it is personal. */
function readAnswer(contract: RequestContract, value: unknown): unknown {
  try {
    return contract.readOutput(value);
  } catch (cause) {
    // It is not the input that does not fit, and the command has run.
    throw new TypeError(`the answer to ${contract.name} does not fit its contract`, { cause });
  }
}

/** Of a command that answers nothing. */
const DONE = JSON.stringify({ done: true });

const failureText = (type: string, detail: string, problems?: object): string =>
  boundedJson({ failed: type, detail, ...(problems && { problems }) }).content;
