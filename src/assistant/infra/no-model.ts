import { scriptedModel, type Model } from '@isolith/agents';

/** What an assistant says that nobody has given a model. */
export const NO_MODEL =
  'This assistant has no model: whoever runs the shop can set ASSISTANT_MODEL to one, or to a demonstration.';

/** Says in one sentence that there is no model. Nothing leaves the host, so nothing is used up. */
export const noModel = (): Model =>
  scriptedModel(() => ({ say: NO_MODEL, usage: { inputTokens: 0, outputTokens: 0 } }), { name: 'none' });
