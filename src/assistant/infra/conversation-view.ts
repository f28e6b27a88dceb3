import type { KeptEntry, OpenApproval, RunView } from '@isolith/agents';
import { AssistantName, type Approval, type Conversation, type Entry } from '../assistant.contract.js';

/** A run as its owner sees it. */
export function conversationOf(run: RunView): Conversation {
  const { id, agent, status, end, seq, beganAt, changedAt, turns, inputTokens, outputTokens, money, approvals } = run;
  return {
    id,
    // `assistant.shopping`
    assistant: AssistantName.parse(agent.slice(agent.indexOf('.') + 1)),
    status,
    ...(end === undefined ? {} : { end }),
    seq,
    beganAt,
    changedAt,
    turns,
    inputTokens,
    outputTokens,
    costMicros: money,
    approvals: approvals.map(approvalOf),
  };
}

const approvalOf = ({ id, tool, title, input, why, preview, until }: OpenApproval): Approval => ({
  id,
  tool,
  title,
  inputJson: json(input),
  why,
  ...previewOf(preview),
  until,
});

const json = (value: unknown): string => JSON.stringify(value ?? null);
const previewOf = (preview: unknown) => (preview === undefined ? {} : { previewJson: json(preview) });

/**
 * An entry as its owner sees it. What only the model's adapter understands stays inside, and so does why an attempt
 * came to nothing: that is for whoever runs the shop.
 */
export function entryOf({ seq, at, entry }: KeptEntry): Entry {
  const when = { seq, at };
  switch (entry.kind) {
    case 'said':
      return { ...when, kind: 'said', text: entry.text };
    case 'asked':
    case 'unanswered':
      return { ...when, kind: entry.kind, turn: entry.turn, attempt: entry.attempt };
    case 'answered': {
      const { turn, content, usage, money } = entry;
      return {
        ...when,
        kind: 'answered',
        turn,
        text: content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n'),
        calls: content.flatMap((block) =>
          block.type === 'tool-use' ? [{ tool: block.name, inputJson: json(block.input) }] : [],
        ),
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        costMicros: money,
      };
    }
    case 'judged': {
      const { turn, index, tool, verdict, why, approval, preview } = entry;
      return {
        ...when,
        kind: 'judged',
        turn,
        index,
        tool,
        verdict,
        why,
        ...(approval === undefined ? {} : { approvalId: approval }),
        ...previewOf(preview),
      };
    }
    case 'decided': {
      const { turn, index, approved, note } = entry;
      return { ...when, kind: 'decided', turn, index, approved, ...(note === undefined ? {} : { note }) };
    }
    case 'called': {
      const { turn, index, tool, outcome, content } = entry;
      return { ...when, kind: 'called', turn, index, tool, outcome, contentJson: content };
    }
    default:
      return {
        ...when,
        kind: 'ended',
        why: entry.why,
        ...(entry.detail === undefined ? {} : { detail: entry.detail }),
      };
  }
}
