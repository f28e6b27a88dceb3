export { openAiCompatibleModel, type OpenAiCompatibleOptions } from './openai-compatible-model.js';
