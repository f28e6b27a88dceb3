const WHERE = Symbol.for('@isolith/contracts');

/**
 * Notes in `registry` which copy of this package, that of the room at `url`, is in use. @throws Error naming both when
 * another one is
 */
export function onlyCopy(registry: object, url: string): void {
  const { href } = new URL('..', url);
  const known: unknown = Reflect.get(registry, WHERE);
  if (known === undefined) Object.defineProperty(registry, WHERE, { value: href });
  else if (known !== href)
    throw new Error(
      `two copies of @isolith/contracts are loaded, from ${typeof known === 'string' ? known : 'another release'} and from ${href}, and one knows nothing of the messages of the other: ` +
        'install one version of it (npm ls @isolith/contracts tells who brings which, npm dedupe)',
    );
}

onlyCopy(globalThis, import.meta.url);
