import type { SettingsOf } from '@isolith/isolith';
import { HostLifecycle, type HostParticipant } from '@isolith/message-bus/nest';
import type { assistant } from '../assistant.context.js';

/** What a host was told of the model that assistants are asked by. */
export type ModelSettings = SettingsOf<typeof assistant>;

/** Anthropic's model where none is named. */
export const DEFAULT_ANTHROPIC_MODEL = 'claude-haiku-5-5';

/** What of the settings does not go together, as sentences. */
export function problemsOf(settings: ModelSettings): readonly string[] {
  const { ASSISTANT_MODEL: model } = settings;
  const given = (['ASSISTANT_MODEL_NAME', 'ASSISTANT_API_KEY', 'ASSISTANT_BASE_URL'] as const).filter(
    (name) => settings[name] !== undefined,
  );
  const missing = (name: keyof ModelSettings): readonly string[] =>
    settings[name] === undefined ? [`${name}: expected with ASSISTANT_MODEL=${model}`] : [];
  switch (model) {
    case 'anthropic':
      return missing('ASSISTANT_API_KEY');
    case 'openai-compatible':
      // A server of one's own may ask for no key.
      return [...missing('ASSISTANT_BASE_URL'), ...missing('ASSISTANT_MODEL_NAME')];
    default:
      return given.map((name) => `${name}: says nothing with ASSISTANT_MODEL=${model}`);
  }
}

/** Keeps a host from starting with a model that it could not ask. */
export class CheckedModelSettings implements HostParticipant {
  readonly name = 'settings of the assistant';
  readonly stage = 'configuration';

  constructor(
    private readonly settings: ModelSettings,
    lifecycle: HostLifecycle,
  ) {
    lifecycle.join(this);
  }

  verify(): readonly string[] {
    return problemsOf(this.settings);
  }
}
