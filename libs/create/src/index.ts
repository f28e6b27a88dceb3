export { createApp, type CreatedApp, type CreateOptions } from './create-app.js';
export { type PackageManager } from './installers.js';
export { CreateRefusedError } from './refused.js';
