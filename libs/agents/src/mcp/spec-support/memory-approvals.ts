import { randomUUID } from 'node:crypto';
import { failure } from '@isolith/contracts';
import { CallApprovals, type CallApproval, type CallToApprove } from '../../call-approvals/call-approvals.js';

interface Kept {
  readonly call: CallToApprove;
  readonly untilMs: number;
  status: CallApproval['status'];
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const MOST_OPEN = 5;

export class TooManyApprovals extends failure('assistant.too-many-approvals', {
  status: 429,
  detail: 'too many calls wait for your approval already',
}) {}

/** Approvals of one process, for specs. */
export class MemoryApprovals extends CallApprovals {
  readonly kept = new Map<string, Kept>();

  constructor(private readonly now: () => number = Date.now) {
    super();
  }

  ask(call: CallToApprove): Promise<CallApproval> {
    const known = [...this.kept].find(
      ([, { call: one, status, untilMs }]) =>
        one.owner === call.owner &&
        one.digest === call.digest &&
        this.now() < untilMs &&
        (status !== 'used' || call.isKeyed),
    );
    if (known !== undefined) return Promise.resolve(shown(...known));
    const open = [...this.kept.values()].filter(
      ({ call: one, status, untilMs }) => one.owner === call.owner && status === 'open' && this.now() < untilMs,
    );
    if (open.length >= MOST_OPEN) return Promise.reject(new TooManyApprovals({}));
    const id = randomUUID();
    const kept: Kept = { call, untilMs: this.now() + DAY_MS, status: 'open' };
    this.kept.set(id, kept);
    return Promise.resolve(shown(id, kept));
  }

  take(id: string, owner: string): Promise<boolean> {
    const kept = this.kept.get(id);
    if (kept?.status !== 'approved' || kept.call.owner !== owner || this.now() >= kept.untilMs)
      return Promise.resolve(false);
    kept.status = 'used';
    return Promise.resolve(true);
  }

  /** As the owner decides, signed in, elsewhere. */
  decide(id: string, status: 'approved' | 'refused'): void {
    const kept = this.kept.get(id);
    if (kept?.status !== 'open') throw new Error('it is not open');
    kept.status = status;
  }
}

const shown = (id: string, { status, untilMs }: Kept): CallApproval => ({
  id,
  status,
  until: new Date(untilMs).toISOString(),
});
