import type { Contestant } from '../../harness/contestant.js';
import { oneAfterAnother } from '../../harness/keep-busy.js';

export const open = async (): Promise<Contestant> => {
  const reserve = async (sku: string, quantity: number): Promise<{ sku: string; left: number }> => ({
    sku,
    left: 1_000 - quantity,
  });
  return {
    run: (work) =>
      oneAfterAnother(
        work,
        async (count) => {
          for (let index = 0; index < count; index += 1) await reserve('T-1', index % 100);
        },
        10_000,
      ),
    close: async () => undefined,
  };
};
