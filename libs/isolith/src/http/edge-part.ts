/**
 * What of HTTP is Isolith's in an application; what is not named stays the application's own.
 *
 *   requests    each has a scope, a trace and a log line, and is counted; one that no route takes is refused before its
 *               body is read, and a host that stops refuses all. On Fastify only
 *   identity    bearer tokens, and a guard that refuses who has none where a route is not `@Public()`; needs `requests`
 *   validation  routes declare what they take: `@Body({ schema })`
 *   problems    what a route throws is answered as a problem document (RFC 9457); needs `requests`
 *   health      `/health/live` and `/health/ready`
 *   operations  `/metrics` and `/actuator`; needs all others
 */
const NEEDS = {
  requests: [],
  identity: ['requests'],
  validation: [],
  problems: ['requests'],
  health: [],
  operations: ['requests', 'identity', 'validation', 'problems', 'health'],
} as const;

/** One part of the HTTP edge that an application takes; some need another, which the start says. */
export type EdgePart = keyof typeof NEEDS;

/** For an application whose HTTP side is Isolith's as a whole, such as one that `runHost` runs. */
export const WHOLE_EDGE: readonly EdgePart[] = [
  'requests',
  'identity',
  'validation',
  'problems',
  'health',
  'operations',
];

/**
 * What keeps these parts from working; `platform` is what the HTTP adapter calls itself, undefined without HTTP. A host
 * that `runHost` runs (`isHost`) has nobody else to guard its routes.
 */
export function edgeViolations(
  parts: readonly EdgePart[],
  platform: string | undefined,
  isHost = false,
): readonly string[] {
  const has = new Set(parts);
  const absent = WHOLE_EDGE.filter((part) => !has.has(part));
  if (isHost && absent.length > 0)
    return [
      `edge: runHost runs hosts with the WHOLE_EDGE, and ${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} not listed`,
    ];
  const lacking = [...has].flatMap((part) =>
    NEEDS[part]
      .filter((needed) => !has.has(needed))
      .map((needed) => `edge: ${part} needs ${needed}, which is not listed`),
  );
  return has.has('requests') && platform !== undefined && platform !== 'fastify'
    ? [
        ...lacking,
        `edge: requests needs Fastify, and this application is on ${platform}: leave it out, with what needs it`,
      ]
    : lacking;
}
