import { describe, expect, it } from '@jest/globals';
import { anthropicOf, chatOf, onServer, scripted } from './fixtures/factories.js';
import { checkModel, describeModel, modelObligations } from '../index.js';

describeModel('anthropicModel', onServer(anthropicOf), {}, { describe, it });
describeModel('openAiCompatibleModel', onServer(chatOf), {}, { describe, it });

describe('scriptedModel', () => {
  it('keeps what a model without a provider can', async () => {
    const needing = modelObligations.filter(({ needsProvider }) => needsProvider === true).map(({ id }) => id);
    const report = await checkModel(scripted);
    expect(report.failures).toEqual([]);
    expect(report.kept).toHaveLength(modelObligations.length - needing.length);
    expect(report.notApplicable).toEqual(needing);
  });
});
