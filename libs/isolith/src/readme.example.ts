import { anyone, command, contractsIn, query, signedIn } from '@isolith/contracts';
import { application, context, IsolithModule, parseConfig, runHost } from '@isolith/isolith';
import { CommandId, Public, SignedIn, WHOLE_EDGE } from '@isolith/isolith/http';
import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { requireScope, withOptions } from '@isolith/message-bus';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { CommandBus, CommandHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';

// notes.contract.ts: what others may know
const Text = z.string().min(1).max(1_000);
class WriteNote extends command('notes.write-note', {
  input: z.object({ id: z.uuid(), text: Text }),
  access: [signedIn()],
}) {}
class ReadNote extends query('notes.read-note', {
  input: z.object({ id: z.uuid() }),
  output: z.object({ author: z.string(), text: Text }),
  access: [anyone()],
}) {}

// notes.context.ts: what every host knows of it, wherever it runs
const notes = context('notes', { contracts: contractsIn({ WriteNote, ReadNote }) });

// features/: one use case each
@CommandHandler(WriteNote)
class WriteNoteHandler {
  constructor(private readonly unit: UnitOfWork) {}

  execute({ id, text }: WriteNote): Promise<void> {
    const author = requireScope().principal.user;
    return this.unit.run(async () => {
      await this.unit.execute('INSERT INTO notes.note (id, author, text) VALUES ($1, $2, $3)', [id, author, text]);
    });
  }
}

@QueryHandler(ReadNote)
class ReadNoteHandler {
  constructor(private readonly database: ContextDatabase) {}

  async execute({ id }: ReadNote): Promise<{ author: string; text: string }> {
    const row = z.object({ author: z.string(), text: z.string() });
    const [note] = await this.database.query(row, 'SELECT author, text FROM notes.note WHERE id = $1', [id]);
    return note ?? { author: 'nobody', text: 'nothing yet' };
  }
}

// features/*.route.ts: HTTP; it sends messages, wherever their context runs
const newNote = z.object({ text: Text });

@SignedIn()
@Controller('v1/notes')
class NoteRoutes {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  async write(
    @Body({ schema: newNote }) { text }: z.output<typeof newNote>,
    @CommandId({ required: true }) id: string,
  ) {
    await this.commands.execute(withOptions(new WriteNote({ id, text }), { id }));
    return { id };
  }

  @Public()
  @Get(':id')
  read(@Param('id') id: string) {
    return this.queries.execute(new ReadNote({ id }));
  }
}

// infra/ and notes.module.ts: all wiring of the context
class CreateNotes1700000000001 {
  readonly name = 'CreateNotes1700000000001';
  async up(runner: { query(sql: string): Promise<unknown> }) {
    await runner.query('CREATE TABLE notes.note (id uuid PRIMARY KEY, author text NOT NULL, text text NOT NULL)');
  }
  async down(runner: { query(sql: string): Promise<unknown> }) {
    await runner.query('DROP TABLE notes.note');
  }
}

@Module({
  imports: [IsolithModule.forFeature(notes, { migrations: [CreateNotes1700000000001] })],
  providers: [WriteNoteHandler, ReadNoteHandler],
})
class NotesModule {}

// app.ts: the one list of contexts
const app = application('notes-app', [notes]);

// main.ts: reads the environment, refuses with everything that is wrong, else serves until SIGTERM
const { config } = parseConfig(app, process.env);

@Module({ imports: [IsolithModule.forRoot({ config, edge: WHOLE_EDGE }), NotesModule], controllers: [NoteRoutes] })
export class NotesApp {}

export const main = (): Promise<void> => runHost({ config, module: NotesApp });
