import { boundedJson } from '../tools/tool-answer.js';
import type { Judgement } from './judgement.js';

/** What a model is told of a call that was refused: JSON text. */
export function refusalText({ type, why, problems }: Extract<Judgement, { verdict: 'refuse' }>): string {
  return boundedJson({ refused: type, why, ...(problems && { problems }) }).content;
}
