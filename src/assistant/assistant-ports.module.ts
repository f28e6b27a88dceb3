import { guardedModel, RUN_PRINCIPALS, type Model } from '@isolith/agents';
import { settingsOf } from '@isolith/isolith';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { ResilienceRegistry } from '@isolith/resilience';
import { Module } from '@nestjs/common';
import { assistant } from './assistant.context.js';
import { demonstration } from './features/demonstration.js';
import { UserRoles } from './features/user-roles.js';
import { ASSISTANT_MODEL, named } from './infra/assistant-model.js';
import { CheckedModelSettings, DEFAULT_ANTHROPIC_MODEL, type ModelSettings } from './infra/model-settings.js';
import { noModel } from './infra/no-model.js';

/** What conversations need of the outside: the model that answers, as settings say, and who their user is. */
@Module({
  providers: [
    {
      provide: CheckedModelSettings,
      inject: [settingsOf(assistant), HostLifecycle],
      useFactory: (settings: ModelSettings, lifecycle: HostLifecycle) => new CheckedModelSettings(settings, lifecycle),
    },
    { provide: ASSISTANT_MODEL, inject: [settingsOf(assistant), ResilienceRegistry], useFactory: modelOf },
    { provide: RUN_PRINCIPALS, useClass: UserRoles },
  ],
  exports: [ASSISTANT_MODEL, RUN_PRINCIPALS],
})
export class AssistantPortsModule {}

/** What a setting is missing for is no model: the host says so and does not start. Clients are loaded where used. */
async function modelOf(settings: ModelSettings, registry: ResilienceRegistry): Promise<Model> {
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
    return named(guarded(model, registry), name ?? DEFAULT_ANTHROPIC_MODEL);
  }
  if (kind === 'openai-compatible' && baseUrl !== undefined && name !== undefined) {
    const { openAiCompatibleModel } = await import('@isolith/agents/openai-compatible');
    const model = openAiCompatibleModel({ baseUrl, ...(apiKey === undefined ? {} : { apiKey }) });
    return named(guarded(model, registry), name);
  }
  return noModel();
}

/** A provider that is down is left alone for a while; its circuit is among those that operators see. */
const guarded = (model: Model, registry: ResilienceRegistry): Model =>
  guardedModel(registry, model, { context: assistant.name });
