import {
  ContractViolationError,
  isContractClass,
  personalPaths,
  type AnyCommandClass,
  type AnyQueryClass,
  type RequestContract,
} from '@isolith/contracts';
import type { ReadSpec, WriteSpec } from '../entries.js';
import { holdsFreeText } from './free-text.js';
import type { PolicyCase, Tool, ToolInput, WriteTool } from '../tool.js';
import { inputSchemaOf, outputSchemaOf, schemaProblems } from './tool-schemas.js';

/** What providers and MCP take. */
const LONGEST_NAME = 64;
/** Characters; it is sent with each request. */
const LONGEST_DESCRIPTION = 2_000;
/** How often a write may be called in one run that says nothing else. */
const MOST_PER_RUN = 5;

/** One entry of a list of tools: the tool, or what is wrong with it. */
export interface Declared {
  readonly name: string;
  readonly tool?: Tool;
  /** Each names the contract. */
  readonly problems: readonly string[];
}

/** Makes a tool of a contract. */
export function declaredTool(kind: 'read', spec: ReadSpec): Declared;
export function declaredTool(kind: 'write', spec: WriteSpec): Declared;
export function declaredTool(kind: Tool['kind'], spec: ReadSpec | WriteSpec): Declared {
  const message: unknown = spec.message;
  if (!isContractClass(message)) return { name: String(message), problems: [`${String(message)} is no contract`] };
  const { contract } = message;
  const expected = kind === 'read' ? 'query' : 'command';
  if (contract.kind !== expected)
    return { name: contract.name, problems: [`${contract.name} is listed under ${kind} and is no ${expected}`] };
  const tool = 'policy' in spec ? writeTool(spec) : readTool(spec);
  const problems = [...problemsOf(tool), ...('policy' in spec ? budgetProblems(spec) : [])];
  return {
    name: tool.name,
    ...(problems.length === 0 ? { tool } : {}),
    problems: problems.map((problem) => `${contract.name} ${problem}`),
  };
}

const readTool = (spec: ReadSpec): Tool => ({
  ...parts(spec),
  kind: 'read',
  message: spec.message,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
});

function writeTool({ message, policy, preview, undo, ...spec }: WriteSpec): WriteTool {
  const { mostPerRun = MOST_PER_RUN, destructive = true, idempotent = false } = spec;
  const asSent = (input: ToolInput): object => message.restore(message.contract.copyValid({ ...input }));
  return {
    ...parts({ ...spec, message }),
    kind: 'write',
    message,
    annotations: {
      readOnlyHint: false,
      destructiveHint: destructive,
      idempotentHint: idempotent,
      openWorldHint: false,
    },
    policy: ({ input, principal }: PolicyCase<ToolInput>) => policy({ input: asSent(input), principal }),
    mostPerRun,
    ...(preview && { preview: (input: ToolInput) => preview(asSent(input)) }),
    ...(undo && { undo: (input: ToolInput) => undo(asSent(input)) }),
  };
}

type Parts = Pick<Tool, 'name' | 'title' | 'description' | 'inputSchema' | 'outputSchema' | 'untrusted' | 'read'>;
type About = Pick<ReadSpec, 'title' | 'description' | 'trusted'> & {
  readonly message: AnyQueryClass | AnyCommandClass;
};

function parts({ message: { contract }, title, description, trusted = !mayHoldText(contract) }: About): Parts {
  const hidden = hiddenFields(contract);
  const outputSchema = contract.output && outputSchemaOf(contract.output);
  return {
    name: contract.name.replace('.', '_'),
    title: title ?? titleOf(contract),
    description: described(contract, description ?? contract.input.description),
    inputSchema: inputSchemaOf(contract.input, hidden),
    ...(outputSchema && { outputSchema }),
    untrusted: !trusted,
    read: (input) => {
      requireUnhidden(contract, hidden, input);
      return contract.copyInput(input);
    },
  };
}

/** A failure's sentence is made of its data, so text of somebody else may stand in it. */
const mayHoldText = ({ output, failures }: RequestContract): boolean =>
  (output !== undefined && holdsFreeText(output)) || failures.some(({ contract }) => holdsFreeText(contract.data));

/** `Cancel order` of `orders.cancel-order`. */
function titleOf({ name, context }: RequestContract): string {
  const words = name.slice(context.length + 1).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function described(contract: RequestContract, said: string | undefined): string {
  const failures = contract.failures.map((failed) => failed.contract.label);
  const does = contract.kind === 'query' ? 'Reads and changes nothing.' : 'Changes something.';
  const sentences = [
    said ?? `${titleOf(contract)} (of ${contract.context}).`,
    does,
    ...(failures.length > 0 ? [`Can fail with: ${failures.join(', ')}.`] : []),
  ];
  return sentences.join(' ');
}

/** Fields that need not be given and hold something personal: a model is not told of them, and can't give them. */
const hiddenFields = ({ input }: RequestContract): readonly string[] =>
  Object.entries(input.shape)
    .filter(([, field]) => field._zod.optin === 'optional' && personalPaths(field).length > 0)
    .map(([name]) => name);

function requireUnhidden({ name }: RequestContract, hidden: readonly string[], input: unknown): void {
  if (typeof input !== 'object' || input === null) return;
  const given = hidden.filter((field) => Object.hasOwn(input, field));
  if (given.length === 0) return;
  const problems = given.map((field) => ({ pointer: `/${field}`, detail: 'is not a known field' }));
  throw new ContractViolationError(`${name} does not fit its contract`, problems);
}

function problemsOf({ name, description, inputSchema, message: { contract } }: Tool): readonly string[] {
  const hidden = hiddenFields(contract);
  const known = Object.entries(contract.input.shape)
    .filter(([field]) => !hidden.includes(field))
    .flatMap(([field, schema]) => personalPaths(schema).map((path) => `/${field}${path}`));
  const isForUsers = contract.access.some(({ allow }) => allow !== 'service');
  return [
    ...(name.length > LONGEST_NAME ? [`would have a name of ${name.length} characters, ${LONGEST_NAME} at most`] : []),
    ...(description.length > LONGEST_DESCRIPTION
      ? [`has a description of ${description.length} characters, ${LONGEST_DESCRIPTION} at most`]
      : []),
    ...(isForUsers ? [] : ['is for contexts alone: no user may ever send it, so no tool of theirs may']),
    ...(known.length > 0 ? [`needs what is personal at ${known.join(', ')}, which a model would have to know`] : []),
    ...schemaProblems(inputSchema),
  ];
}

const budgetProblems = ({ mostPerRun = MOST_PER_RUN }: WriteSpec): readonly string[] =>
  Number.isSafeInteger(mostPerRun) && mostPerRun >= 1
    ? []
    : [`may be called ${mostPerRun} times in a run, which is no whole number from 1`];
