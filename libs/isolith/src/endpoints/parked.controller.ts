import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { CommandId } from '../http/command-id.js';
import { OperatorsOnly } from '../http/route-access.js';
import { AskContexts, type Unreachable } from '../operations/ask-contexts.js';
import { operatorText, reason } from '../operations/operator-text.js';
import {
  parkedFilter,
  parkedId,
  parkedMessagesOf,
  type groupReplay,
  type parkedEntry,
  type parkedGroup,
  type parkedWhole,
  type sequenceReplay,
} from '../operations/parked-messages.js';
import { pagesOfContexts } from './pages-of-contexts.js';

const parkedQuery = pagesOfContexts(parkedFilter.shape, parkedId);
const groupsQuery = z.object({ context: operatorText.optional() });
const contextPath = z.object({ context: operatorText });
const messagePath = contextPath.extend({ id: parkedId });
const sequence = z.object({ subscription: operatorText, key: operatorText });
const group = z.object({ filter: parkedFilter.default({}), perSecond: z.int().min(1).max(100) });
const edit = z.object({ data: z.record(z.string(), z.unknown()), reason });
const nothing = z.object({}).optional();

type Parked = z.output<typeof parkedEntry> & { readonly context: string };
type ShownParked = Omit<z.output<typeof parkedWhole>, 'dataJson' | 'schemaJson'> & {
  readonly context: string;
  readonly data?: unknown;
  readonly schema?: unknown;
};
type Group = z.output<typeof parkedGroup> & { readonly context: string };
type Replay = z.output<typeof groupReplay> & { readonly context: string };

/**
 * Messages that were set aside after their attempts, of every context, wherever it runs. Replays and discards are
 * written down by the context with who did them.
 */
@OperatorsOnly()
@Controller('actuator/parked')
export class ParkedController {
  constructor(private readonly ask: AskContexts) {}

  /**
   * The oldest of each context, `limit` of each; those of one context go on behind `nextCursor`. With `key` every
   * message of its sequence, else the first of each.
   */
  @Get()
  async list(
    @Query({ schema: parkedQuery }) { context: only, limit, cursor, ...filter }: z.output<typeof parkedQuery>,
  ): Promise<{ items: Parked[]; nextCursor?: string; unreachable: Unreachable[] }> {
    let next: string | undefined;
    const answers = await this.ask.all(
      this.ask.contexts(only),
      (context) =>
        new (parkedMessagesOf(context).ListParked)({ filter, limit, ...(cursor === undefined ? {} : { cursor }) }),
      ({ items, nextCursor }, context) => {
        if (only !== undefined) next = nextCursor;
        return items.map((parked) => ({ context, ...parked }));
      },
    );
    return { ...answers, ...(next === undefined ? {} : { nextCursor: next }) };
  }

  /** How many there are of each kind of problem, in each context the largest group first, at most 100. */
  @Get('groups')
  groups(
    @Query({ schema: groupsQuery }) { context: only }: z.output<typeof groupsQuery>,
  ): Promise<{ items: Group[]; unreachable: Unreachable[] }> {
    return this.ask.all(
      this.ask.contexts(only),
      (context) => new (parkedMessagesOf(context).GroupParked)({}),
      ({ items }, context) => items.map((group) => ({ context, ...group })),
    );
  }

  /** The replays of groups, the youngest first. */
  @Get('replays')
  replays(): Promise<{ items: Replay[]; unreachable: Unreachable[] }> {
    return this.ask.all(
      this.ask.contexts(),
      (context) => new (parkedMessagesOf(context).ListReplays)({}),
      ({ items }, context) => items.map((replay) => ({ context, ...replay })),
    );
  }

  /** One message whole; values that are personal are masked. */
  @Get(':context/:id')
  async show(@Param({ schema: messagePath }) { context, id }: z.output<typeof messagePath>): Promise<ShownParked> {
    const { dataJson, schemaJson, ...message } = await this.ask.one(new (this.of(context).ShowParked)({ id }));
    return {
      context,
      ...message,
      ...(dataJson === undefined ? {} : { data: JSON.parse(dataJson) }),
      ...(schemaJson === undefined ? {} : { schema: JSON.parse(schemaJson) }),
    };
  }

  /** Runs one key's sequence in order, up to its first failure. */
  @Post(':context/replay')
  @HttpCode(200)
  replay(
    @Param({ schema: contextPath }) { context }: z.output<typeof contextPath>,
    @Body({ schema: sequence }) body: z.output<typeof sequence>,
    @CommandId() commandId: string,
  ): Promise<z.output<typeof sequenceReplay>> {
    return this.ask.tell(new (this.of(context).ReplaySequence)(body), commandId);
  }

  /**
   * Runs all that fit the filter: one first, the rest at a rate; it stops at the first failure. Its progress is among
   * the replays.
   */
  @Post(':context/replay-group')
  @HttpCode(202)
  replayGroup(
    @Param({ schema: contextPath }) { context }: z.output<typeof contextPath>,
    @Body({ schema: group }) body: z.output<typeof group>,
    @CommandId() commandId: string,
  ): Promise<z.output<typeof groupReplay>> {
    return this.ask.tell(new (this.of(context).ReplayGroup)(body), commandId);
  }

  /**
   * Gives a message other data for its next replay. It has to fit `schema`; a mask that is left as it was shown stands
   * for the value behind it.
   */
  @Post(':context/:id/edit')
  @HttpCode(200)
  edit(
    @Param({ schema: messagePath }) { context, id }: z.output<typeof messagePath>,
    @Body({ schema: edit }) { data, reason: because }: z.output<typeof edit>,
    @CommandId() commandId: string,
  ): Promise<{ edited: boolean }> {
    const { EditParked } = this.of(context);
    return this.ask.tell(new EditParked({ id, dataJson: JSON.stringify(data), reason: because }), commandId);
  }

  /** Sets a message aside for good: it counts as handled, also when it is delivered again. */
  @Post(':context/:id/discard')
  @HttpCode(200)
  discard(
    @Param({ schema: messagePath }) { context, id }: z.output<typeof messagePath>,
    @Body({ schema: nothing }) _: unknown,
    @CommandId() commandId: string,
  ): Promise<{ outcome: string }> {
    return this.ask.tell(new (this.of(context).DiscardParked)({ id }), commandId);
  }

  private of(context: string): ReturnType<typeof parkedMessagesOf> {
    return parkedMessagesOf(this.ask.context(context));
  }
}
