import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { sent, type Contract, type Sent } from '../../api/answers/contracts.js';
import { path } from '../../api/client.js';
import { CommandKey } from '../../api/command-key.js';
import { problemBody, Refused, type FieldProblem } from '../../api/problem.js';
import { useConsole } from '../../console.js';
import { emptyOf } from '../../forms/form-value.js';
import { problemsOf } from '../../forms/schema-check.js';
import { SchemaEditor } from '../../forms/schema-editor.js';
import { WhyNot } from '../../parts/act-dialog.js';
import { Badge } from '../../parts/badge.js';
import { Json } from '../../parts/json.js';

/** Sends a message as whoever is signed in, with the check that its contract makes of everybody. */
export function SendForm({ contract: { name, kind, input } }: { readonly contract: Contract }): JSX.Element {
  const { client } = useConsole();
  const [edited, setEdited] = useState(() => {
    const value = emptyOf(input, input);
    return { value, isRight: problemsOf(input, value).length === 0 };
  });
  const [answer, setAnswer] = useState<Sent>();
  const [failed, setFailed] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [isTried, setTried] = useState(false);
  const keys = useRef(new CommandKey());
  const send = async (): Promise<void> => {
    setBusy(true);
    setFailed(undefined);
    setAnswer(undefined);
    const to = path('contracts', name);
    const key = keys.current.of(to, edited.value);
    try {
      setAnswer(await client.post(to, { input: edited.value, idempotencyKey: key }, sent, key));
      // What is sent again on purpose is another command.
      keys.current = new CommandKey();
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card send" aria-labelledby="send">
      <h2 id="send">Send</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!isBusy && edited.isRight) void send();
        }}
      >
        <SchemaEditor
          label="Input"
          schema={input}
          value={edited.value}
          onChange={(value, isRight) => {
            setEdited({ value, isRight });
            setAnswer(undefined);
            setFailed(undefined);
          }}
          tellsAll={isTried}
          refused={refusedFields(failed, answer)}
        />
        {failed !== undefined && <WhyNot error={failed} />}
        <div class="buttons">
          <button type="submit" class="primary" aria-disabled={isBusy || !edited.isRight}>
            {isBusy ? 'Working …' : `Send this ${kind}`}
          </button>
        </div>
      </form>
      <div role="status">{answer !== undefined && <Answer answer={answer} />}</div>
    </section>
  );
}

const Answer = ({ answer: { outcome, output, problem } }: { readonly answer: Sent }): JSX.Element => (
  <>
    <p>
      <Badge tone={outcome === 'answered' ? 'good' : 'bad'}>{outcome}</Badge>
    </p>
    <Json value={outcome === 'answered' ? (output ?? null) : problem} label="Answer" />
  </>
);

/** What the host says of fields: of those that it was sent, or of those that the contract has. */
function refusedFields(failed: unknown, answer: Sent | undefined): readonly FieldProblem[] {
  const problem = problemBody.safeParse(answer?.problem);
  const errors =
    failed instanceof Refused ? failed.errors : ((problem.success ? problem.data.errors : undefined) ?? []);
  return errors.map(({ pointer, detail }) => ({ pointer: pointer.replace(/^(?:\/body)?\/input(?=\/|$)/, ''), detail }));
}
