import { describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError } from '@isolith/contracts';
import type { SagaRow } from '../instance/progress.js';
import { claimed, host, onwards, SAVED, together } from '../spec-support/saving-host.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

let world: World;

withWorld((given) => (world = given));

const rowOf = (id: string): Promise<SagaRow> => world.row(SAVED, id);

describe('saves asked for at the same time', () => {
  it('share a statement, and each has its row and its timeline', async () => {
    const here = host(world);
    const rows = await claimed(world, here, 'one', 'two', 'three');
    const saved = await together(here, rows, (row) => onwards(row, { state: { saga: row.id, tokens: [row.id] } }));
    expect(here.sent).toEqual([]);
    for (const [nth, { id }] of rows.entries()) {
      expect(saved[nth]).toMatchObject({ id, step: 'b', revision: 2 });
      expect(await rowOf(id)).toMatchObject({
        step: 'b',
        done: ['a'],
        revision: 2,
        token: 1,
        state: { saga: id, tokens: [id] },
      });
      expect(await world.timeline(SAVED, id)).toEqual(['begun', 'a done']);
    }
  });

  it('leave out a saga that was taken over, and only that', async () => {
    const here = host(world);
    const rows = await claimed(world, here, 'kept', 'taken', 'kept too');
    await world.set('taken', 'token = token + 1');
    const saved = await together(here, rows, onwards);
    expect(saved).toEqual([
      expect.objectContaining({ id: 'kept', revision: 2 }),
      undefined,
      expect.objectContaining({ id: 'kept too', revision: 2 }),
    ]);
    expect(await rowOf('taken')).toMatchObject({ step: 'a', revision: 1 });
    expect(await world.timeline(SAVED, 'taken')).toEqual(['begun']);
  });

  it('are done one by one when one of them can not be written', async () => {
    const here = host(world);
    const rows = await claimed(world, here, 'sound', 'unwritable');
    const saved = await together(here, rows, (row) =>
      onwards(row, row.id === 'unwritable' ? { state: { saga: '\0' } } : {}),
    );
    expect(saved).toEqual([expect.objectContaining({ id: 'sound', revision: 2 }), expect.any(Error)]);
    expect(here.sent).toEqual(['alone', 'alone']);
    expect(await rowOf('sound')).toMatchObject({ step: 'b', revision: 2 });
    expect(await rowOf('unwritable')).toMatchObject({ step: 'a', revision: 1 });
  });

  it('whose outcome nobody knows are not tried again: each saga is read anew by whoever claims it', async () => {
    const here = host(world);
    const rows = await claimed(world, here, 'unknown 1', 'unknown 2');
    here.fate.after = async () => {
      throw new OutcomeUnknownError('the answer was lost');
    };
    expect(await together(here, rows, onwards)).toEqual([
      expect.any(OutcomeUnknownError),
      expect.any(OutcomeUnknownError),
    ]);
    expect(here.sent).toEqual([]);
    expect(await Promise.all(rows.map(({ id }) => rowOf(id)))).toEqual([
      expect.objectContaining({ step: 'b', revision: 2 }),
      expect.objectContaining({ step: 'b', revision: 2 }),
    ]);
  });
});
