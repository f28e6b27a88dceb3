import type { ScriptedTurn } from '../model/script.js';
import { scriptedModel } from '../model/scripted-model.js';
import type { Model, ModelRequest } from '../model/model.js';
import { unlawful } from './lawful.js';

const input = { order: 7 };

/** Six turns: a call, two side by side, one that a person has to approve, two more, and the answer. */
export const SIX_TURNS: readonly ScriptedTurn[] = [
  { say: 'I look.', call: [{ tool: 'look', input }] },
  {
    call: [
      { tool: 'note', input },
      { tool: 'label', input },
    ],
  },
  { say: 'This has to be approved.', call: [{ tool: 'approve-refund', input }] },
  { call: [{ tool: 'close', input }] },
  { call: [{ tool: 'tell', input }] },
  { say: 'All is done.' },
];
export const SIX_TURNS_TOOLS: readonly string[] = ['look', 'note', 'label', 'approve-refund', 'close', 'tell'];

/** A model that plays the turns, and notes what it was asked. */
export class SixTurns implements Model {
  readonly name = 'six turns';
  readonly asked: ModelRequest[] = [];
  readonly unlawful: string[] = [];
  private readonly scripted = scriptedModel(SIX_TURNS);

  ask(request: ModelRequest, signal: AbortSignal): ReturnType<Model['ask']> {
    this.asked.push(request);
    const fault = unlawful(request.messages);
    if (fault !== undefined) this.unlawful.push(fault);
    return this.scripted.ask(request, signal);
  }

  inputTokensAtMost(request: ModelRequest, signal: AbortSignal): Promise<number> {
    return this.scripted.inputTokensAtMost(request, signal);
  }
}
