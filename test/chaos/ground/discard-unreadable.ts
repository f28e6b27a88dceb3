import { z } from 'zod';
import { freshKey, type Ground } from './ground.js';

const page = z.object({ items: z.array(z.object({ context: z.string(), id: z.string(), key: z.string() })) });
/**
 * The key of what could not be read, or whose sender could not be established: nobody says which other events it
 * belongs to.
 */
const UNREADABLE = '#sha256:';

/**
 * As an operator who has looked at them. Contexts that can't be asked just now are left out: what they keep is
 * discarded
 * by whoever asks later.
 */
export async function discardUnreadable({ plainAdmin, admin }: Pick<Ground, 'plainAdmin' | 'admin'>): Promise<void> {
  const tried = new Set<string>();
  for (;;) {
    const { items } = await plainAdmin.expect(200, page, plainAdmin.get('/actuator/parked?limit=100'));
    const unreadable = items.filter(
      ({ context, id, key }) => key.startsWith(UNREADABLE) && !tried.has(`${context} ${id}`),
    );
    if (unreadable.length === 0) return;
    for (const { context, id } of unreadable) {
      tried.add(`${context} ${id}`);
      await admin.post(`/actuator/parked/${context}/${id}/discard`, freshKey(), {});
    }
  }
}
