/**
 * What a file of a context is, read from its path alone: the suffix counts before the folder, so a route in `features/`
 * is a route.
 */
export type Layer =
  | 'contract'
  | 'context'
  | 'module'
  | 'route'
  | 'saga'
  | 'choreography'
  | 'domain'
  | 'features'
  | 'infra'
  | 'other';

/** The layer of a path below the folder of its context. */
export function layerOf(inner: string): Layer {
  if (/^[^/]+\.contract\.ts$/.test(inner)) return 'contract';
  if (/^[^/]+\.context\.ts$/.test(inner)) return 'context';
  if (inner.endsWith('.module.ts')) return 'module';
  if (/\.routes?\.ts$/.test(inner)) return 'route';
  if (inner.endsWith('.saga.ts')) return 'saga';
  if (inner.endsWith('.choreography.ts')) return 'choreography';
  const [folder] = inner.split('/');
  return folder === 'contract' || folder === 'domain' || folder === 'features' || folder === 'infra' ? folder : 'other';
}
