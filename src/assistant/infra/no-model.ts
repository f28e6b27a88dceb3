import { scriptedModel, type Model } from '@isolith/agents';

/** What an assistant says that nobody has given a model. */
export const NO_MODEL =
  'This assistant has no model behind it: whoever runs the shop can give it one, or a scripted demonstration, with ASSISTANT_MODEL.';

/** Says in one sentence that there is no model. Nothing leaves the host. */
export const noModel = (): Model => scriptedModel(() => ({ say: NO_MODEL }), { name: 'none' });
