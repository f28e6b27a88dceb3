interface Visit {
  readonly index: number;
  low: number;
  open: boolean;
}

/** Tarjan's strongly connected components; only those with a cycle. */
export function cyclesIn(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const visits = new Map<string, Visit>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): Visit => {
    const mine: Visit = { index: visits.size, low: visits.size, open: true };
    visits.set(file, mine);
    stack.push(file);
    for (const next of edges.get(file) ?? []) {
      const known = visits.get(next);
      if (known === undefined) mine.low = Math.min(mine.low, visit(next).low);
      else if (known.open) mine.low = Math.min(mine.low, known.index);
    }
    if (mine.low === mine.index) {
      const members = stack.splice(stack.indexOf(file));
      for (const member of members) {
        const done = visits.get(member);
        if (done !== undefined) done.open = false;
      }
      if (members.length > 1 || edges.get(file)?.includes(file)) cycles.push(members);
    }
    return mine;
  };
  for (const file of edges.keys()) if (!visits.has(file)) visit(file);
  return cycles;
}
