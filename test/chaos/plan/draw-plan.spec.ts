import { describe, expect, it } from '@jest/globals';
import { drawPlan, type PlanOptions } from './draw-plan.js';
import { collide, drawnKinds, kindOf } from './fault-kinds.js';
import { moments, placementKinds, sequels, tokens, type RunPlan } from './run-plan.js';

const options: PlanOptions = {
  orders: 50,
  rounds: { least: 2, most: 4 },
  hold: { least: 100, most: 6_000 },
  pairs: 0.3,
  allowed: { ownBroker: true, ownDatabase: true },
};
const many: readonly RunPlan[] = Array.from({ length: 200 }, (_, seed) => drawPlan(seed, options));
const all = <T>(of: (plan: RunPlan) => readonly T[]): Set<T> => new Set(many.flatMap(of));

describe('the plan of a run', () => {
  it('is the same for the same seed, another for another', () => {
    expect(drawPlan(7, options)).toEqual(drawPlan(7, options));
    expect(drawPlan(7, options)).not.toEqual(drawPlan(8, options));
  });

  it('has enough orders, begun in rounds that use up all of them', () => {
    for (const { journeys, rounds } of many) {
      expect(journeys.length).toBeGreaterThanOrEqual(50);
      expect(rounds.reduce((sum, { before, during }) => sum + before + during, 0)).toBe(journeys.length);
      expect(Math.min(...rounds.map(({ before }) => before))).toBeGreaterThanOrEqual(12);
    }
  });

  it('draws every kind of placement, fault, token and sequel, and faults at the same time', () => {
    expect(all(({ placed }) => [placed.kind])).toEqual(new Set(placementKinds));
    expect(all(({ rounds }) => rounds.flatMap(({ faults }) => faults.map(({ kind }) => kind)))).toEqual(
      new Set(drawnKinds),
    );
    expect(all(({ rounds }) => rounds.flatMap(({ faults }) => faults.map(({ moment }) => moment)))).toEqual(
      new Set(moments),
    );
    expect(all(({ journeys }) => journeys.map(({ token }) => token))).toEqual(new Set(tokens));
    expect(all(({ journeys }) => journeys.map(({ sequel }) => sequel))).toEqual(new Set(sequels));
    expect(all(({ rounds }) => rounds.map(({ faults }) => faults.length))).toEqual(new Set([1, 2]));
  });

  it('has less of one product than is wanted', () => {
    const wantedOfFirst = ({ journeys }: RunPlan): number =>
      journeys
        .flatMap(({ lines }) => lines)
        .reduce((sum, { product, quantity }) => sum + (product === 0 ? quantity : 0), 0);
    const scarce = many.filter((plan) => wantedOfFirst(plan) > (plan.products[0]?.onStock ?? 0));
    expect(scarce.length).toBeGreaterThan(many.length * 0.9);
  });

  it('makes nothing fail that is not ours, and no broker where there is none', () => {
    const foreign = drawn({ ...options, allowed: { ownBroker: false, ownDatabase: false } });
    expect(kindsOf(foreign)).toEqual(
      new Set(
        drawnKinds.filter(
          (kind) => !kindOf[kind].needs.some((need) => need === 'own broker' || need === 'own database'),
        ),
      ),
    );
    const alone = many.filter(({ placed }) => placed.kind === 'one process');
    expect([...kindsOf(alone)].filter((kind) => kind.includes('broker'))).toEqual([]);
  });

  it('hits one thing with one fault at a time, and hosts that are there', () => {
    for (const { rounds, placed } of many) {
      for (const { faults } of rounds) {
        const [first, second] = faults;
        if (first !== undefined && second !== undefined) expect(collide(first, second)).toBe(false);
        for (const { place } of faults) expect(placed.placement.hosts[place]).toBeDefined();
      }
    }
  });
});

const drawn = (of: PlanOptions): RunPlan[] => Array.from({ length: 100 }, (_, seed) => drawPlan(seed, of));
const kindsOf = (plans: readonly RunPlan[]): Set<string> =>
  new Set(plans.flatMap(({ rounds }) => rounds.flatMap(({ faults }) => faults.map(({ kind }) => kind))));
