import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { envelopeSchema, type Envelope } from './envelope.js';
import { guarded } from './guarded.js';
import { IsolithError, problemsOf, type FieldProblem } from './errors.js';
import { steadyNow } from './steady-now.js';

/** Bytes that are not an envelope. The raw bytes stay with whoever received them. */
export class MalformedEnvelopeError extends IsolithError {
  override readonly code = 'malformed-envelope';
  override readonly status = 400;
  override readonly problems: readonly FieldProblem[];

  constructor(problems: readonly FieldProblem[]) {
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

const wire = json.pipe(guarded(envelopeSchema));

/** CloudEvents structured mode, `application/cloudevents+json`, UTF-8. */
export const codec = {
  contentType: 'application/cloudevents+json',

  /** A deadline crosses as the time that is left: no two clocks are ever compared. */
  encode({ deadline, ...envelope }: Envelope): Uint8Array {
    const wire =
      deadline === undefined
        ? envelope
        : { ...envelope, timeout: Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(deadline - steadyNow()))) };
    return Buffer.from(JSON.stringify(wire), 'utf8');
  },

  /**
   * A deadline is that of this process, from now on. Throws MalformedEnvelopeError; never returns a partial envelope,
   * nor one with U+FFFD for bytes that are no UTF-8.
   */
  decode(bytes: Uint8Array): Envelope {
    if (!isUtf8(bytes)) throw new MalformedEnvelopeError([{ pointer: '', detail: 'not UTF-8' }]);
    const parsed = wire.safeParse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    if (!parsed.success) throw new MalformedEnvelopeError(problemsOf(parsed.error));
    const { timeout, ...envelope } = parsed.data;
    return timeout === undefined ? envelope : { ...envelope, deadline: steadyNow() + timeout };
  },
} as const;
