import { randomUUID } from 'node:crypto';
import type { Envelope } from '@isolith/contracts';
import type { z } from 'zod';

/** What is told to all hosts of an application, and kept nowhere. */
interface Told {
  readonly context: string;
  readonly name: string;
  readonly version: number;
}

/** @param time RFC 3339, for people */
export const broadcastOf = (
  { context, name, version }: Told,
  data: unknown,
  time: string,
  correlationid: string = randomUUID(),
): Envelope => ({
  specversion: '1.0',
  id: randomUUID(),
  source: `/${context}`,
  type: name,
  time,
  kind: 'event',
  schemaversion: version,
  correlationid,
  data,
});

/** The context of what hosts tell one another of themselves: none of an application is called so. */
export const HOSTS = 'isolith';

/** What hosts tell one another of themselves. */
export function hostBroadcast<S extends z.ZodType>(name: string, version: number, schema: S) {
  const told: Told = { context: HOSTS, name: `${HOSTS}.${name}`, version };
  return {
    telling: (data: z.output<S>, time: string): Envelope => broadcastOf(told, data, time),
    /** Undefined for any other broadcast, and for what does not fit: it is of a release that this one can't read. */
    toldIn: ({ type, data }: Envelope): z.output<S> | undefined =>
      type === told.name ? schema.safeParse(data).data : undefined,
  };
}
