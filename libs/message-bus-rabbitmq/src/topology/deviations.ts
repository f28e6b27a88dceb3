/** What this transport does not keep of the conformance kit's obligations, and why that is acceptable. */
export const deviations = [
  {
    obligation: 'in-hand-is-bounded',
    reason:
      'beyond the prefetch envelopes wait in the queue, which outlives their sender and is bounded itself: its length for events and commands, the deadline for queries',
  },
] as const;
