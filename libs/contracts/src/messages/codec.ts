import { isUtf8 } from 'node:buffer';
import { envelopeSchema, type Envelope } from './envelope.js';
import { keepProvedText, proofEnd, provedText } from './proved-text.js';
import { guarded } from '../schema/guarded.js';
import { DEEPEST, nestsTooDeep } from '../schema/nesting.js';
import { IsolithError, problemsOf, type FieldProblem } from '../errors/errors.js';
import { steadyNow } from '../runtime/steady-now.js';

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

const schema = guarded(envelopeSchema);

/**
 * Not a transform of zod's: what one returns outlives every collection of the young generation, with whoever sent it,
 * so that a flood of messages would be moved again and again while the host stands still.
 */
function fromJson(text: string): unknown {
  const value = parsed(text);
  if (!nestsTooDeep(value)) return value;
  throw new MalformedEnvelopeError([{ pointer: '', detail: `nested more than ${DEEPEST} levels deep` }]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedEnvelopeError([{ pointer: '', detail: 'not JSON' }]);
  }
}

function textOf({ deadline, ...envelope }: Envelope): string {
  if (deadline === undefined) return JSON.stringify(envelope);
  const left = Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(deadline - steadyNow())));
  return JSON.stringify({ ...envelope, timeout: left });
}

/** CloudEvents structured mode, `application/cloudevents+json`, UTF-8. */
export const codec = {
  contentType: 'application/cloudevents+json',

  /** A deadline crosses as the time that is left: no two clocks are ever compared. */
  encode(envelope: Envelope): Uint8Array {
    const { proof } = envelope;
    const text = proof === undefined ? undefined : provedText(envelope);
    // Byte for byte what was proved.
    if (proof !== undefined && typeof text === 'string') return Buffer.from(text + proofEnd(proof), 'utf8');
    return Buffer.from(textOf(envelope), 'utf8');
  },

  /**
   * The same envelope with what `prove` makes of its text: of all that `encode` will write, but for the proof, which
   * stands last. The time that is left is that of now.
   */
  prove(envelope: Envelope, prove: (text: string) => string): Envelope {
    // Without the brace that closes it.
    const text = textOf(envelope).slice(0, -1);
    const proved = { ...envelope, proof: prove(text) };
    keepProvedText(proved, text);
    return proved;
  },

  /**
   * A deadline is that of this process, from now on. Throws MalformedEnvelopeError; never returns a partial envelope,
   * nor one with U+FFFD for bytes that are no UTF-8.
   */
  decode(bytes: Uint8Array): Envelope {
    if (!isUtf8(bytes)) throw new MalformedEnvelopeError([{ pointer: '', detail: 'not UTF-8' }]);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const read = schema.safeParse(fromJson(text));
    if (!read.success) throw new MalformedEnvelopeError(problemsOf(read.error));
    const { timeout, ...sent } = read.data;
    const envelope: Envelope = timeout === undefined ? sent : { ...sent, deadline: steadyNow() + timeout };
    if (envelope.proof !== undefined) {
      const end = proofEnd(envelope.proof);
      if (text.endsWith(end)) keepProvedText(envelope, bytes.subarray(0, bytes.byteLength - Buffer.byteLength(end)));
    }
    return envelope;
  },
} as const;
