import { z } from 'zod';
import { envelopeSchema, type Envelope } from './envelope.js';
import { IsolithError, problemsOf, type Problem } from './errors.js';

/** Bytes that are not an envelope. The raw bytes stay with whoever received them. */
export class MalformedEnvelopeError extends IsolithError {
  override readonly code = 'malformed-envelope';
  override readonly status = 400;
  override readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(`not an envelope: ${problems.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('; ')}`);
    this.problems = problems;
  }
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});

const wire = json.pipe(envelopeSchema);

/** CloudEvents structured mode, `application/cloudevents+json`, UTF-8. */
export const codec = {
  contentType: 'application/cloudevents+json',

  encode(envelope: Envelope): Uint8Array {
    return Buffer.from(JSON.stringify(envelope), 'utf8');
  },

  /** Throws MalformedEnvelopeError; never returns a partial envelope. */
  decode(bytes: Uint8Array): Envelope {
    const parsed = wire.safeParse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    if (!parsed.success) throw new MalformedEnvelopeError(problemsOf(parsed.error));
    return parsed.data;
  },
} as const;
