import type { HostValues } from '../variables/host-variables.js';
import { unknownContexts } from './placement-rules.js';

interface Placed {
  readonly here: readonly string[];
  /** All contexts, and the gateway. */
  readonly known: readonly string[];
}

/** What is wrong with the keys of services, beyond what each variable says of itself. */
export function serviceKeyViolations(
  values: HostValues,
  given: ReadonlySet<string>,
  { here, known }: Placed,
): readonly string[] {
  const { SERVICE_KEY: own, SERVICE_PUBLIC_KEYS: listed, SERVICE_IDENTITY: identity } = values;
  // A variable that is present but broken has its own line already.
  const missing = (name: string): boolean => !given.has(name);
  const needed = ['SERVICE_KEY', 'SERVICE_PUBLIC_KEYS'].filter(missing);
  const because = (name: string): string | undefined =>
    ['SERVICE_KEY', 'SERVICE_KEY_PREVIOUS', 'SERVICE_PUBLIC_KEYS'].find((other) => other !== name && !missing(other)) ??
    (identity === 'accepted' ? undefined : `SERVICE_IDENTITY=${identity}`);
  return [
    ...needed.flatMap((name) => {
      const other = because(name);
      return other === undefined ? [] : [`${name}: required, because ${other} is set`];
    }),
    ...unknownContexts(listed?.keys() ?? [], known, 'SERVICE_PUBLIC_KEYS'),
    ...(own === undefined || listed === undefined
      ? []
      : here
          .filter((context) => !(listed.get(context) ?? []).some(({ id }) => id === own.id))
          .map(
            (context) =>
              `SERVICE_PUBLIC_KEYS: ${context} runs here, and is not listed with the key that belongs to SERVICE_KEY (${own.id})`,
          )),
    ...(identity !== 'required' || listed === undefined
      ? []
      : known
          .filter((context) => !listed.has(context) && !here.includes(context))
          .map(
            (context) =>
              `SERVICE_PUBLIC_KEYS: ${context} is not listed, and SERVICE_IDENTITY=required believes nobody else`,
          )),
  ];
}
