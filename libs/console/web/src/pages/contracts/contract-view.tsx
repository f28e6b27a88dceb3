import type { JSX } from 'preact';
import type { Contract } from '../../api/answers/contracts.js';
import { useConsole } from '../../console.js';
import { Facts } from '../../parts/facts.js';
import { Json } from '../../parts/json.js';
import { SendForm } from './send-form.js';

export function ContractView({ contract }: { readonly contract: Contract }): JSX.Element {
  const { config } = useConsole();
  const { name, kind, context, version, input, output, failures, access, usedBy } = contract;
  return (
    <>
      <Facts
        of={[
          ['Kind', kind],
          ['Context', context],
          ['Version', version],
          ['May be sent by', access.join(', ')],
          ['Used by', usedBy.join(', ')],
          ['May fail with', failures.join(', ')],
        ]}
      />
      {kind !== 'event' && config.send && <SendForm key={name} contract={contract} />}
      <div class="beside">
        <section aria-label="Input">
          <h2>{kind === 'event' ? 'Data' : 'Input'}</h2>
          <Json value={input} label="Schema of the input" />
        </section>
        {output !== undefined && (
          <section aria-label="Output">
            <h2>Output</h2>
            <Json value={output} label="Schema of the output" />
          </section>
        )}
      </div>
    </>
  );
}
