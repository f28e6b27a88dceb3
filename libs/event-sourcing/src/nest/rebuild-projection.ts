import { ContextDatabase, UnitOfWork, type ContextJournal } from '@isolith/journal';
import { FencedReader, KnownContexts, providedBy, SingleSessionReader, type Imported } from '@isolith/journal/internal';
import { contextsKeptBy } from '@isolith/journal/nest';
import { runAs } from '@isolith/message-bus';
import type { DatabaseTarget } from '@isolith/postgres';
import { Builds } from '../projection/builds.js';
import type { Projection } from '../projection/projection.js';
import { ProgressLines } from '../projection/progress-lines.js';
import { Projector } from '../projection/projector.js';
import { RebuildRefusedError, untilBuilt } from '../projection/until-built.js';
import { EventSourcingRegistration } from './event-sourcing-feature.js';

/** What `rebuildProjection` is given. */
export interface RebuildOptions {
  /** The modules of the program; what they declare is read, nothing of them is constructed. */
  readonly modules: readonly Imported[];
  readonly targetOf: (context: string) => DatabaseTarget;
  /** `context.name`. */
  readonly name: string;
  /** One line for a human. */
  readonly say: (line: string) => void;
}

const TELL_EVERY_MS = 1_000;

/**
 * Builds a projection anew beside the one that answers, without a host and beside those that run, and returns when the
 * new one answers. One that is being built already is gone on with: whoever is killed may be started again.
 * @throws RebuildRefusedError, DatabaseRefusedError, DataDirInUseError
 */
export async function rebuildProjection({ modules, targetOf, name, say }: RebuildOptions): Promise<void> {
  const features = (await providedBy(modules, EventSourcingRegistration)).map(({ feature }) => feature);
  const all = features.flatMap(({ context, projections = [] }) =>
    projections.map((one) => ({ context, projection: one })),
  );
  const found = all.find(({ context, projection }) => `${context}.${projection.name}` === name);
  if (found === undefined)
    throw new RebuildRefusedError(
      `there is no projection ${name}; there are: ${all.map(({ context, projection }) => `${context}.${projection.name}`).join(', ') || 'none'}`,
    );
  const { context, projection } = found;
  const known = new KnownContexts(targetOf, say);
  try {
    for (const spec of (await contextsKeptBy(modules)).filter((kept) => kept.context === context)) {
      const obstacle = await known.open(spec);
      if (obstacle !== undefined) throw new RebuildRefusedError(`${context}: ${obstacle}`);
    }
    const journal = known.journals.get(context);
    if (journal === undefined) throw new RebuildRefusedError(`${context} has no database here`);
    const embedded = targetOf(context).kind === 'pglite';
    await runAs(context, () => rebuilt(journal, projection, embedded, say));
  } finally {
    await known.close();
  }
}

async function rebuilt(
  journal: ContextJournal,
  projection: Projection,
  embedded: boolean,
  say: RebuildOptions['say'],
): Promise<void> {
  const { context, schema } = journal;
  const unit = new UnitOfWork(journal);
  const builds = new Builds(schema, unit, new ContextDatabase(journal));
  if (!(await unit.run(() => builds.begin(projection))))
    say(`${context}.${projection.name} is being built already: going on with that`);
  const reader = embedded ? new SingleSessionReader(journal) : new FencedReader(journal);
  const progress = new ProgressLines(context, say, TELL_EVERY_MS);
  const projector = new Projector({ projection, unit, builds, reader, progress });
  await untilBuilt({
    step: () => projector.step(),
    building: async () => (await builds.of(projection)).find(({ status }) => status === 'building'),
    troubleOf: (build) => projector.troubleOf(build),
    name: `${context}.${projection.name}`,
    say,
  });
}
