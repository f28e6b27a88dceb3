import type { ModelMessage, ModelStop, ToolResult, ToolUse } from '../model/model-message.js';
import type { RunEnd } from './run-entry.js';

/** A call that the last answer asks for, and how far it has come. */
export interface RunCall {
  readonly index: number;
  readonly use: ToolUse;
  readonly judged?: {
    readonly verdict: 'run' | 'approve' | 'refuse';
    readonly why: string;
    readonly approval?: string;
    /** Milliseconds since 1970. */
    readonly atMs: number;
  };
  readonly decided?: { readonly approved: boolean; readonly note?: string };
  readonly result?: ToolResult;
}

/** An attempt to ask the model. */
export interface Attempt {
  readonly turn: number;
  readonly attempt: number;
  /** It was asked with what was said up to this entry. */
  readonly upTo: number;
  readonly tokens: number;
  readonly money: number;
  /** Milliseconds since 1970: its reservation counts on that day. */
  readonly atMs: number;
}

/** Something that the user said and that no answer has taken in. */
export interface SaidText {
  readonly seq: number;
  readonly text: string;
}

/** Where a run stands: what its entries come to. */
export interface RunState {
  /** Of the last entry; 0 before the first. */
  readonly seq: number;
  /** What was asked and answered. It only grows, by an answer and the message that it answers. */
  readonly messages: readonly ModelMessage[];
  readonly said: readonly SaidText[];
  /** Of the last answer, by their index. */
  readonly calls: readonly RunCall[];
  /** Why the last answer ends; none before the first. */
  readonly stop: ModelStop | undefined;
  /** For how many answers the model was asked. */
  readonly turn: number;
  /** The attempt whose answer is not here. */
  readonly asking: Attempt | undefined;
  /** Attempts of the turn that came to nothing, and whether the last one was refused for good. */
  readonly failed: { readonly attempts: number; readonly rejected: boolean };
  /** Since the user last said something: the turn before, when, and how long it waited for people since. */
  readonly since: { readonly turn: number; readonly atMs: number; readonly waitedMs: number };
  /** Since when it waits for a person; milliseconds since 1970. */
  readonly waitingSinceMs: number | undefined;
  /** It has read text that somebody else wrote. */
  readonly untrusted: boolean;
  /** How often each tool was called, or is to be. */
  readonly callsOfTool: ReadonlyMap<string, number>;
  /** Tokens of answers; and of all that was used, with what is reserved by attempts without an answer. */
  readonly used: Readonly<Record<'inputTokens' | 'outputTokens' | 'tokens' | 'money', number>>;
  /** Why it rests; none while it does not. A run that has not begun rests without a reason. */
  readonly end: { readonly why: RunEnd; readonly detail?: string } | undefined;
}

export const newRun: RunState = {
  seq: 0,
  messages: [],
  said: [],
  calls: [],
  stop: undefined,
  turn: 0,
  asking: undefined,
  failed: { attempts: 0, rejected: false },
  since: { turn: 0, atMs: 0, waitedMs: 0 },
  waitingSinceMs: undefined,
  untrusted: false,
  callsOfTool: new Map(),
  used: { inputTokens: 0, outputTokens: 0, tokens: 0, money: 0 },
  end: undefined,
};

/** It is for its user to decide on this call. */
export const waitsForPerson = ({ judged, decided, result }: RunCall): boolean =>
  judged?.verdict === 'approve' && decided === undefined && result === undefined;

/** The call may be made: it has its verdict, its approval where it needs one, and no result. */
export const mayBeMade = ({ judged, decided, result }: RunCall): boolean =>
  result === undefined && (judged?.verdict === 'run' || (judged?.verdict === 'approve' && decided?.approved === true));
