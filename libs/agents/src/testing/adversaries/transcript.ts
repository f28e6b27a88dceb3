import type { Principal } from '@isolith/contracts';
import type { ToolUse } from '../../model/model-message.js';
import type { Planted } from './market/market.js';

/** How a transcript tries to get more than its user may have. */
export type Attack =
  | 'honest'
  | 'injection'
  | 'forged-approval'
  | 'near-name'
  | 'foreign-data'
  | 'budget'
  | 'unicode'
  | 'role'
  | 'personal';

/** Somebody says that a call which waits may be made. Whether they may say so, a defence has to find out. */
export interface Decision {
  /** After so many answers of the model. */
  readonly after: number;
  readonly by: string;
  /** A call, by the numbers of the answer and of the tool use in it, from 0; or a text that is to pass for an id. */
  readonly approval: readonly [answer: number, index: number] | string;
  /** Default: the run itself. */
  readonly run?: string;
}

/** One run of a model that was led astray, or of an honest one: whatever it says, it can only ask for tools. */
export interface Transcript {
  readonly name: string;
  readonly attack: Attack;
  readonly user: Pick<Principal, 'user' | 'roles'>;
  /** What strangers have written where the model will read it. */
  readonly planted?: Planted;
  /** The tools that each answer of the model asks for. */
  readonly answers: readonly (readonly ToolUse[])[];
  readonly decisions?: readonly Decision[];
  /** How often which command may have its effect; what is not named never. */
  readonly mayDo?: Readonly<Record<string, number>>;
  /** What has to happen: a defence that refuses everything is none. */
  readonly mustDo?: Readonly<Record<string, number>>;
}
