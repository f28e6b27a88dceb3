import type { Model, ModelRequest } from '../../model/model.js';
import type { ModelScript } from '../../model/script.js';
import type { ModelFault } from '../model-server/model-fault.js';

/** What can be seen of, and done to, whoever a model is asked of. */
export interface ModelProvider {
  /** What arrived there, as it was understood. */
  readonly asked: readonly ModelRequest[];
  /** How many requests arrived, of any kind. */
  readonly count: number;
  /** How many of them are being answered. */
  readonly open: number;
  /** The key that may ask, so that it can be looked for where it must not be. */
  readonly key: string;
  /** The next asks meet these, in turn. */
  fail(...faults: readonly ModelFault[]): void;
  /** Nobody is there any more. */
  leave(): Promise<void>;
}

/** A model under test, opened for one obligation. */
export interface OpenModel {
  readonly model: Model;
  /** Obligations about a provider don't apply to a model that has none. */
  readonly provider?: ModelProvider;
  close(): Promise<void>;
}

/** What is asked of a model under test. */
export interface HowToOpen {
  readonly script: ModelScript;
  /** How long it bears silence, in milliseconds, where it watches for any. */
  readonly idleMs: number;
  /** What it reads of an answer at most, where it has a bound. */
  readonly answerBytes: number;
}

/** Opens models under test; each is closed by the kit. */
export interface ModelFactory {
  open(how: HowToOpen): Promise<OpenModel>;
}
