import { anyone, command, event, failure, query, role } from '@isolith/contracts';
import { z } from 'zod';

/**
 * Contracts of a context that only one trial uses. An event of a former version gets its version onto its text, link
 * by link. Envelopes of the kit have the types `….do` and `….done`. */
export function busContracts(context: string, version = 1) {
  const Refused = failure(`${context}.refused`, {
    data: z.object({ missing: z.array(z.object({ place: z.object({ nth: z.int() }) })) }),
    status: 409,
    detail: 'refused',
  });
  const text = z.object({ text: z.string() });
  return {
    Refused,
    Do: command(`${context}.do`, { input: text, output: text, failures: [Refused], access: [anyone()], version }),
    Look: query(`${context}.look`, { input: text, output: text, failures: [Refused], access: [anyone()], version }),
    Guarded: command(`${context}.guarded`, { input: text, access: [role('admin')], version }),
    Done: event(`${context}.done`, {
      input: z.object({ key: z.string(), nth: z.int(), text: z.string() }),
      key: 'key',
      version,
      upcasters: Array.from({ length: version - 1 }, (_, index) => index + 1).map((from) => ({
        from,
        up: (data) => ({ ...data, text: `${String(data['text'])}, of version ${from}` }),
      })),
    }),
  };
}

export type BusContracts = ReturnType<typeof busContracts>;
