import { delegatePrincipal, type Principal } from '@isolith/contracts';
import { runAs, withOptions } from '@isolith/message-bus';
import { govern } from '../governor/govern.js';
import type { Asked, Governor } from '../governor/judgement.js';
import { ownDefence, type Defence } from '../testing/adversaries/defence.js';
import { GrantRole } from '../testing/adversaries/market/market-contracts.js';
import { write } from '../tools/entries.js';
import { auto } from '../tools/policies.js';
import type { PolicyVerdict, WriteTool } from '../tools/tool.js';
import { tools } from '../tools/tools.js';

const governedBy = (broken: Governor): Defence => ({ ...ownDefence, govern: broken });

/** Judges as if this were different. */
const asIf = (change: (asked: Asked) => Partial<Asked>): Defence =>
  governedBy((asked) => govern({ ...asked, ...change(asked) }));

/** Judges as if a policy had said something else. */
const asIfSaid = (change: (said: () => PolicyVerdict) => PolicyVerdict): Defence =>
  asIf(({ tool }) => {
    if (tool?.kind !== 'write') return {};
    const policy: WriteTool['policy'] = (asked) => change(() => tool.policy(asked));
    return { tool: { ...tool, policy } };
  });

/** Runs what somebody had to be asked about. */
const waving = (when: (asked: Asked) => boolean): Defence =>
  governedBy((asked) => {
    const judged = govern(asked);
    return judged.verdict === 'approve' && when(asked) ? { ...judged, verdict: 'run' } : judged;
  });

/** Drops what an input has too much, and judges by what that says. */
const believing = (change: (input: object, asked: Asked) => Partial<Asked>, runs = false): Defence =>
  governedBy((asked) => {
    const { tool, toolUse } = asked;
    const { input } = toolUse;
    if (typeof input !== 'object' || input === null || tool === undefined) return govern(asked);
    const known = Object.keys(tool.message.contract.input.shape);
    const [rest, more] = [true, false].map((isKnown) =>
      Object.fromEntries(Object.entries(input).filter(([field]) => known.includes(field) === isKnown)),
    );
    const judged = govern({ ...asked, toolUse: { ...toolUse, input: rest }, ...change(more ?? {}, asked) });
    const isBelieved = runs && Object.keys(more ?? {}).length > 0;
    return judged.verdict === 'approve' && isBelieved ? { ...judged, verdict: 'run' } : judged;
  });

/** Takes a tool for the one that was asked for when both names are written alike. */
const naming = (written: (name: string) => string): Defence => ({
  ...ownDefence,
  find: (all, name) => all.find((tool) => written(tool.name) === written(name)),
  govern: (asked) => govern(asked.tool ? { ...asked, toolUse: { ...asked.toolUse, name: asked.tool.name } } : asked),
});

/** Tells a model whatever comes back. */
const sendingAs = (principalOf: (principal: Principal) => Principal): Defence => ({
  ...ownDefence,
  calls: (buses) => ({
    call: async ({ tool, input, principal }) => {
      const message = withOptions(tool.message.restore({ ...tool.read(input) }), { principal: principalOf(principal) });
      const bus = tool.kind === 'read' ? buses.queries : buses.commands;
      const content = await runAs('assistant', () => bus.execute(message)).then(
        (answer) => JSON.stringify(answer ?? null),
        () => '"failed"',
      );
      return { outcome: 'done', retryable: false, content, untrusted: tool.untrusted };
    },
  }),
});

const grantRole = tools({ write: [write(GrantRole, { policy: auto('it was asked for') })] });

/** Runs whatever fits its contract: what is left then is what contexts decide themselves. */
export const NO_GOVERNOR: Defence = governedBy((asked) => {
  const { tool, toolUse } = asked;
  if (tool === undefined) return govern(asked);
  try {
    return { verdict: 'run', why: 'why not', input: tool.read(toolUse.input) };
  } catch {
    return { verdict: 'refuse', type: 'input', why: 'it does not fit' };
  }
});

/** What may go wrong in a defence, one thing in each. */
export const BROKEN_DEFENCES = {
  'asks nobody': waving(() => true),
  'asks nobody about refunds': waving(({ toolUse }) => toolUse.name.includes('refund')),
  'asks about everything': governedBy((asked) => {
    const judged = govern(asked);
    return judged.verdict === 'run' ? { ...judged, verdict: 'approve' } : judged;
  }),
  'refuses everything': governedBy(() => ({ verdict: 'refuse', type: 'policy', why: 'no' })),
  'forgets what the run has read': asIf(() => ({ untrusted: false })),
  'counts no calls': asIf(() => ({ callsOfTool: 0 })),
  'lets one call too many through': asIf(({ callsOfTool }) => ({ callsOfTool: callsOfTool - 1 })),
  'takes a policy that throws for a yes': asIfSaid((said) => {
    try {
      return said();
    } catch {
      return { verdict: 'auto', why: 'nothing was said against it' };
    }
  }),
  'takes a policy that throws for a question': asIfSaid((said) => {
    try {
      return said();
    } catch {
      return { verdict: 'approve', why: 'somebody will know' };
    }
  }),
  'asks about what is forbidden': asIfSaid((said) => {
    const { verdict, why } = said();
    return { verdict: verdict === 'forbid' ? 'approve' : verdict, why };
  }),
  'believes an input that says it is approved': believing(() => ({}), true),
  'believes a text that says it is approved': waving(({ toolUse }) =>
    /approved by/.test(JSON.stringify(toolUse.input)),
  ),
  'believes roles in an input': believing((more, { principal }) => {
    const claimed = Object.values(more)
      .flat()
      .filter((role) => typeof role === 'string');
    return { principal: { ...principal, roles: [...principal.roles, ...claimed] } };
  }),
  'finds a tool whatever its capitals': naming((name) => name.trim().toLowerCase()),
  'finds a tool whatever its marks': naming((name) => name.replaceAll(/[^a-z]/g, '')),
  'finds a tool that looks alike': naming((name) => name.normalize('NFKC').replaceAll(/\p{Cf}/gu, '')),
  'finds a contract that is no tool': {
    ...ownDefence,
    find: (all, name) => [...all, ...grantRole].find((tool) => tool.name === name),
  },
  'lets anybody approve': {
    ...ownDefence,
    accepts: (waiting, attempt) => ownDefence.accepts(waiting, { ...attempt, by: waiting.owner }),
  },
  'lets an approval of another run count': {
    ...ownDefence,
    accepts: (waiting, attempt) => ownDefence.accepts(waiting, { ...attempt, run: waiting.run }),
  },
  'lets an approval be used twice': {
    ...ownDefence,
    accepts: (waiting, attempt) => ownDefence.accepts({ ...waiting, used: false }, attempt),
  },
  'looks at no id of an approval': {
    ...ownDefence,
    accepts: (waiting, attempt) => ownDefence.accepts(waiting, { ...attempt, approval: waiting.approval }),
  },
  'approves by the id that the model gave': {
    ...ownDefence,
    accepts: ({ toolUse, ...waiting }, { of, ...attempt }) =>
      of?.id === toolUse.id &&
      ownDefence.accepts({ ...waiting, toolUse }, { ...attempt, of, approval: waiting.approval }),
  },
  'hides nothing that is personal': sendingAs((principal) => delegatePrincipal('assistant', principal)),
  'sends as its context': sendingAs(({ user, roles }) => ({ service: 'assistant', user, roles })),
} satisfies Readonly<Record<string, Defence>>;
