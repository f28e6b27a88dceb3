import { CallInsideUnitError, currentScope } from '@isolith/message-bus';
import type { DataSource, QueryRunner } from 'typeorm';
import { OpenJournalUnit } from './open-unit.js';

type MakeRunner = DataSource['createQueryRunner'];
/** What an application's own code gets inside a unit of work. */
type InUnit = (unit: OpenJournalUnit, make: () => QueryRunner) => QueryRunner;

const known = new WeakSet<DataSource>();

/**
 * Has an application's own DataSource take part in units of work that run on it: its repositories, entity managers and
 * query builders, also those that were made before, write and read in the unit that is open around the call. Everything
 * that the ORM sends it sends through a query runner, and asks its DataSource for one unless it has one already.
 *
 * In a unit that runs elsewhere they are refused: what they write there would stay when the unit is rolled back.
 */
export function joinUnits(dataSource: DataSource): void {
  inUnits(dataSource, (unit, make) => {
    if (unit.isOver(dataSource)) return unit.runnerOf(dataSource, make);
    throw new CallInsideUnitError(
      unit.context,
      "a repository of the application's DataSource, which is another database",
    );
  });
}

/** Has a DataSource that no unit of work can run on refuse to be used inside of one. */
export function refuseUnits(dataSource: DataSource): void {
  inUnits(dataSource, (unit) => {
    throw new CallInsideUnitError(
      unit.context,
      'a repository of a DataSource that it does not run on (IsolithModule.forRoot({ dataSource }) makes it one)',
    );
  });
}

/** The first to say it holds. */
function inUnits(dataSource: DataSource, of: InUnit): void {
  if (known.has(dataSource)) return;
  known.add(dataSource);
  const make: MakeRunner = dataSource.createQueryRunner.bind(dataSource);
  const createQueryRunner: MakeRunner = (mode) => {
    const unit = currentScope()?.unit;
    return unit instanceof OpenJournalUnit ? of(unit, () => make('master')) : make(mode);
  };
  Object.assign(dataSource, { createQueryRunner });
}
