import { describe, expect, it } from '@jest/globals';
import { Address } from '../orders.contract.js';
import { contractAddress, COUNTRIES, postalAddress, WITHOUT_POSTAL_CODE } from './postal-address.route.js';

const given = (fields: object) =>
  postalAddress.safeParse({ name: 'Ada', line1: '1 Queen Road', city: 'Central', ...fields });
const problems = (fields: object) => given(fields).error?.issues.map(({ path }) => `/${path.join('/')}`);

describe('an address', () => {
  it.each(WITHOUT_POSTAL_CODE)('needs no postal code in %s, and keeps one that is given (fault 42)', (country) => {
    const without = contractAddress(postalAddress.parse(given({ country }).data));
    expect(Address.parse(without)).toEqual({ ...without, country, postalCode: '-' });
    expect(given({ country, postalCode: '999077' }).data).toMatchObject({ postalCode: '999077' });
  });

  it.each(['DE', 'GB', 'US', 'JP', 'SG'])('needs one in %s (fault 42)', (country) => {
    expect(problems({ country })).toEqual(['/postalCode']);
    expect(problems({ country, postalCode: '' })).toContain('/postalCode');
    expect(given({ country, postalCode: 'N1 9GU' }).success).toBe(true);
  });

  it.each(['ZZ', 'XX', 'UK', 'EU', 'AC', 'gb', 'G', 'GBR', ''])('is in no country %j (fault 42)', (country) => {
    expect(problems({ country, postalCode: '1' })).toEqual(['/country']);
  });
});

/** Of the two letters that ICU has a name for: reserved exceptionally or by habit, withdrawn, or its own. */
const UNASSIGNED = 'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH QO RH SU TA TP UK UN VD XA XB XK YD YU ZR ZZ'.split(
  ' ',
);

it('the country codes are those that ICU knows, less those that ISO 3166-1 does not assign (fault 42)', () => {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const letters = Array.from({ length: 26 }, (_, nth) => String.fromCharCode(65 + nth));
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  expect(COUNTRIES).toEqual(pairs.filter((code) => names.of(code) !== undefined && !UNASSIGNED.includes(code)));
  expect(COUNTRIES).toEqual(expect.arrayContaining([...WITHOUT_POSTAL_CODE]));
});
