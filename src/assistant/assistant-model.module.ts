import type { Model } from '@isolith/agents';
import { settingsOf } from '@isolith/isolith';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { assistant } from './assistant.context.js';
import { demonstration } from './features/demonstration.js';
import { ASSISTANT_MODEL, named } from './infra/assistant-model.js';
import { CheckedModelSettings, DEFAULT_ANTHROPIC_MODEL, type ModelSettings } from './infra/model-settings.js';
import { noModel } from './infra/no-model.js';

/** The model that assistants are asked by, as the host's settings say. */
@Module({
  providers: [
    {
      provide: CheckedModelSettings,
      inject: [settingsOf(assistant), HostLifecycle],
      useFactory: (settings: ModelSettings, lifecycle: HostLifecycle) => new CheckedModelSettings(settings, lifecycle),
    },
    { provide: ASSISTANT_MODEL, inject: [settingsOf(assistant)], useFactory: modelOf },
  ],
  exports: [ASSISTANT_MODEL],
})
export class AssistantModelModule {}

/** What a setting is missing for is no model; the host says so and does not start. A client is loaded where it is used. */
async function modelOf(settings: ModelSettings): Promise<Model> {
  const {
    ASSISTANT_MODEL: kind,
    ASSISTANT_MODEL_NAME: name,
    ASSISTANT_API_KEY: apiKey,
    ASSISTANT_BASE_URL: baseUrl,
  } = settings;
  if (kind === 'demo') return demonstration();
  if (kind === 'anthropic' && apiKey !== undefined) {
    const { anthropicModel } = await import('@isolith/agents/anthropic');
    const model = anthropicModel({ apiKey, ...(baseUrl === undefined ? {} : { baseUrl }) });
    return named(model, name ?? DEFAULT_ANTHROPIC_MODEL);
  }
  if (kind === 'openai-compatible' && baseUrl !== undefined && name !== undefined) {
    const { openAiCompatibleModel } = await import('@isolith/agents/openai-compatible');
    return named(openAiCompatibleModel({ baseUrl, ...(apiKey === undefined ? {} : { apiKey }) }), name);
  }
  return noModel();
}
