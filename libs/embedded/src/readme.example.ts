import { Databases } from '@isolith/postgres';

/** Adds a note to those that earlier runs have left in the folder, and says how many there are. */
export async function note(text: string, dataDir = '.data') {
  const databases = new Databases({ targetOf: () => ({ kind: 'pglite', dataDir }) });
  try {
    const notes = await databases.open({ context: 'notes', entities: [], migrations: [] });
    await notes.query('CREATE TABLE IF NOT EXISTS notes.note (text text NOT NULL)');
    // On disk when it returns: a power loss from here on takes nothing of it away.
    await notes.query('INSERT INTO notes.note VALUES ($1)', [text]);
    return await notes.query('SELECT count(*)::int AS notes FROM notes.note');
  } finally {
    await databases.close();
  }
}
