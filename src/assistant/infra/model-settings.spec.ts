import { describe, expect, it } from '@jest/globals';
import { problemsOf, type ModelSettings } from './model-settings.js';

const told = (settings: Partial<ModelSettings>): ModelSettings => ({
  ASSISTANT_MODEL: 'off',
  ASSISTANT_MODEL_NAME: undefined,
  ASSISTANT_API_KEY: undefined,
  ASSISTANT_BASE_URL: undefined,
  ...settings,
});

describe('the settings of the model', () => {
  it.each<Partial<ModelSettings>>([
    {},
    { ASSISTANT_MODEL: 'demo' },
    { ASSISTANT_MODEL: 'anthropic', ASSISTANT_API_KEY: 'key' },
    { ASSISTANT_MODEL: 'anthropic', ASSISTANT_API_KEY: 'key', ASSISTANT_BASE_URL: 'http://127.0.0.1:1' },
    { ASSISTANT_MODEL: 'openai-compatible', ASSISTANT_BASE_URL: 'http://127.0.0.1:1', ASSISTANT_MODEL_NAME: 'm' },
  ])('go together: %j', (settings) => {
    expect(problemsOf(told(settings))).toEqual([]);
  });

  it('say what is missing, all of it, and nothing of what a key is', () => {
    expect(problemsOf(told({ ASSISTANT_MODEL: 'anthropic' }))).toEqual([
      'ASSISTANT_API_KEY: expected with ASSISTANT_MODEL=anthropic',
    ]);
    expect(problemsOf(told({ ASSISTANT_MODEL: 'openai-compatible', ASSISTANT_API_KEY: 'key' }))).toEqual([
      'ASSISTANT_BASE_URL: expected with ASSISTANT_MODEL=openai-compatible',
      'ASSISTANT_MODEL_NAME: expected with ASSISTANT_MODEL=openai-compatible',
    ]);
  });

  it('say that a key without a model says nothing', () => {
    expect(problemsOf(told({ ASSISTANT_API_KEY: 'sk-1' }))).toEqual([
      'ASSISTANT_API_KEY: says nothing with ASSISTANT_MODEL=off',
    ]);
  });
});
