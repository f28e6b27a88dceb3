import type { SagaCause } from '../../definition/saga.js';
import type { SagaRow } from '../../instance/progress.js';
import { spelledPurpose, type Purpose } from './purpose.js';
import type { Act } from '../../operations/operated.js';

/** How an attempt ended, as its sender saw it. */
export type Answer =
  | { readonly kind: 'done' }
  /** By a failure that is final. */
  | { readonly kind: 'refused'; readonly type: string; readonly failure: string }
  /** `passing`: an outage, or a failure that may pass, which is then `declared`. Else a defect. */
  | { readonly kind: 'open'; readonly type: string; readonly passing: boolean; readonly declared: boolean };

/** A command on its way. */
export interface Sent {
  readonly purpose: Purpose;
  readonly id: string;
  readonly isNew: boolean;
  readonly revokes: string | undefined;
  readonly name: string;
  /** As JSON, so that nobody changes it afterwards. */
  readonly input: string;
}

/** What happened in a history; `host` counts the lives of hosts. Of what happens to receivers there is no host. */
export type Happening =
  | ({ readonly what: 'sent'; readonly host: number } & Sent)
  | { readonly what: 'answered'; readonly host: number; readonly sent: Sent; readonly answer: Answer }
  | { readonly what: 'effect'; readonly purpose: Purpose; readonly id: string }
  /** The state that the saga's own code made of an answer. */
  | { readonly what: 'extended'; readonly host: number; readonly purpose: Purpose; readonly state: unknown }
  | {
      readonly what: 'saved';
      readonly host: number;
      readonly row: SagaRow;
      readonly pauseMs: number;
      readonly given: unknown;
    }
  | { readonly what: 'save refused' | 'crashed' | 'stood still' | 'save failed'; readonly host: number }
  | { readonly what: 'taken'; readonly host: number }
  | { readonly what: 'deadline' }
  /** An event comes, or comes again. */
  | { readonly what: 'event'; readonly contract: string; readonly key: string; readonly id: string }
  /** It is so many milliseconds since the begin. */
  | { readonly what: 'time'; readonly ms: number }
  | { readonly what: 'operated'; readonly act: Act; readonly row: SagaRow }
  /** `error`: what the saga's own code threw, if that is why. */
  | { readonly what: 'act refused'; readonly act: Act; readonly why: string; readonly error: unknown }
  /** The saga's own code is asked for the command that tells its failure. */
  | { readonly what: 'told'; readonly host: number; readonly cause: SagaCause }
  /** What the saga's own code threw, or what a host has logged as an error. */
  | { readonly what: 'own error' | 'host error'; readonly host: number; readonly error: unknown };

/** A trace as a person reads it, a line for each happening. */
export const spelledTrace = (trace: readonly Happening[]): readonly string[] => trace.map(spelled);

function spelled(happening: Happening): string {
  switch (happening.what) {
    case 'sent': {
      const { host, purpose, name, id, revokes } = happening;
      return `host ${host} sends ${spelledPurpose(purpose)} (${name}, id ${short(id)}${revokes === undefined ? '' : `, revokes ${short(revokes)}`})`;
    }
    case 'answered': {
      const { host, sent, answer } = happening;
      return `host ${host} is answered ${spelledPurpose(sent.purpose)}: ${spelledAnswer(answer)}`;
    }
    case 'effect':
      return `${spelledPurpose(happening.purpose)} has its effect (id ${short(happening.id)})`;
    case 'extended':
      return `the state is extended by ${spelledPurpose(happening.purpose)}`;
    case 'saved':
      return `host ${happening.host} saves: ${spelledRow(happening.row)}`;
    case 'operated':
      return `a person does: ${happening.act}, ${spelledRow(happening.row)}`;
    case 'act refused':
      return `a person is refused: ${happening.act}, ${happening.why}`;
    case 'event':
      return `${happening.contract} of ${happening.key} comes (${happening.id})`;
    case 'time':
      return `time passes: it began ${happening.ms} ms ago`;
    case 'deadline':
      return 'the deadline passes';
    case 'taken':
      return `host ${happening.host} takes the saga up`;
    case 'told':
      return `the failure of ${happening.cause.step} (${happening.cause.type}) is to be told`;
    case 'own error':
    case 'host error':
      return `host ${happening.host}, ${happening.what}: ${String(happening.error)}`;
    default:
      return `host ${happening.host}: ${happening.what}`;
  }
}

const spelledAnswer = (answer: Answer): string => (answer.kind === 'done' ? 'done' : `${answer.kind} (${answer.type})`);

const spelledRow = ({ status, step, done, trouble }: SagaRow): string =>
  [
    status,
    ...(step === null ? [] : [`due ${step}`]),
    `done [${done.join(', ')}]`,
    ...(trouble === null ? [] : [`trouble ${trouble.type}: ${trouble.detail}`]),
  ].join(', ');

/** Enough of an id to tell it from the others of a trace. */
const short = (id: string): string => id.slice(0, 8);
