import { anyone, command, owner, query, role, signedIn } from '@isolith/contracts';
import { z } from 'zod';
import { approve, auto } from '../../tools/policies.js';
import { write } from '../../tools/entries.js';
import type { ToolAnswer } from '../../tools/tool-answer.js';
import { tools } from '../../tools/tools.js';
import { type GovernedCall, ToolSender } from '../tools/governed-call.js';

const lamp = z.object({ lampId: z.string().max(40) });

/** Everybody may ask for it. */
export class GetLamp extends query('lamps.get-lamp', {
  input: lamp,
  output: z.object({ lampId: z.string().max(40), isLit: z.boolean() }),
  access: [anyone()],
}) {}

/** Has no answer that MCP could give as an object. */
export class CountLamps extends query('lamps.count-lamps', {
  input: z.object({}),
  output: z.int(),
  access: [signedIn()],
}) {}

export class LightLamp extends command('lamps.light-lamp', {
  input: lamp,
  output: z.object({ isLit: z.boolean() }),
  access: [owner()],
}) {}

export class BreakLamp extends command('lamps.break-lamp', { input: lamp, access: [role('admin')] }) {}

export const lampTools = tools({
  read: [GetLamp, CountLamps],
  write: [
    write(LightLamp, { policy: auto('it harms nobody'), preview: ({ lampId }) => new GetLamp({ lampId }) }),
    write(BreakLamp, { policy: approve('a lamp that is broken stays broken') }),
  ],
});

/** Remembers what was sent; a command once for each id, as an inbox does. */
export class RecordingSender extends ToolSender {
  readonly sent: GovernedCall[] = [];
  readonly #answered = new Map<string, ToolAnswer>();
  /** What the next calls are answered, by the name of the tool. */
  readonly answers = new Map<string, Partial<ToolAnswer>>();

  call(call: GovernedCall): Promise<ToolAnswer> {
    const known = this.#answered.get(call.id);
    if (known !== undefined) return Promise.resolve(known);
    this.sent.push(call);
    const answer = { ...this.#answerTo(call), ...this.answers.get(call.tool.name) };
    if (call.tool.kind === 'write') this.#answered.set(call.id, answer);
    return Promise.resolve(answer);
  }

  preview(call: GovernedCall): Promise<ToolAnswer | undefined> {
    if (call.tool.kind === 'read' || call.tool.preview === undefined) return Promise.resolve(undefined);
    const output = { about: call.input };
    const answer = { outcome: 'done', retryable: false, untrusted: false, content: JSON.stringify(output), output };
    return Promise.resolve({ ...answer, outcome: 'done', ...this.answers.get('preview') });
  }

  #answerTo({ tool, input }: GovernedCall): ToolAnswer {
    const output = answersOf[tool.name]?.(input);
    const content = JSON.stringify(output ?? null);
    return {
      outcome: 'done',
      retryable: false,
      untrusted: false,
      content,
      ...(output === undefined ? {} : { output }),
    };
  }
}

const answersOf: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => unknown>> = {
  'lamps_get-lamp': ({ lampId }) => ({ lampId, isLit: false }),
  'lamps_count-lamps': () => 3,
  'lamps_light-lamp': () => ({ isLit: true }),
};
