import { z } from 'zod';

/** What became of a call, whoever's client made it. */
export const callResult = z.looseObject({
  isError: z.boolean().optional(),
  content: z.array(z.looseObject({ type: z.literal('text'), text: z.string() })),
  structuredContent: z.record(z.string(), z.unknown()).nullish(),
});
export type CallResult = z.output<typeof callResult>;

/** A client of some maker, connected as some user. */
export interface ForeignClient {
  /** The names of all tools. */
  list(): Promise<readonly string[]>;
  /** Throws what its maker throws, where the answer is no result. */
  call(name: string, args: Readonly<Record<string, unknown>>): Promise<CallResult>;
  close(): Promise<void>;
}

/** `token` is absent for who is not signed in. */
export type Connect = (url: string, token: string | undefined) => Promise<ForeignClient>;

export const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };
