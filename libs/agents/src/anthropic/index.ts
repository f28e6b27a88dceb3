export { anthropicModel, type AnthropicOptions } from './anthropic-model.js';
