import type { ModelAnswer, ModelRequest } from '../../model/model.js';

/** A request as a server has read it. */
export interface ServedRequest {
  readonly request: ModelRequest;
  readonly stream: boolean;
  /** It is to be counted only. */
  readonly isCount: boolean;
}

/** How a call's input is written. */
export type WriteInput = (input: unknown) => string;

/** A wire that the server speaks. Strict: what the provider would refuse is a WireError. */
export interface Dialect {
  /** Undefined for a path of another dialect. `headers` have names in small letters. */
  read(path: string, headers: Readonly<Record<string, unknown>>, body: unknown): ServedRequest | undefined;
  /** An answer as events, each whole, in the order in which they are sent. */
  events(answer: ModelAnswer, served: ServedRequest, write: WriteInput): readonly string[];
  /** An event with more text of the first block. */
  moreText(text: string): string;
  /** The same answer for who wants no stream. */
  body(answer: ModelAnswer, served: ServedRequest): unknown;
  errorEvent(): string;
  error(status: number, message: string, requestId: string): unknown;
}

/** The provider refuses the request. */
export class WireError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Texts come in pieces. */
export function halves(text: string): readonly string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((piece) => piece !== '');
}
