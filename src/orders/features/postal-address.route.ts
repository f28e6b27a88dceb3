import { z } from 'zod';
import { Address } from '../orders.contract.js';

/** The codes that ISO 3166-1 assigns to countries; a test holds them against those that Node's ICU knows. */
export const COUNTRIES: readonly string[] = [
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY',
  'BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK',
  'FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR',
  'IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK',
  'ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM',
  'PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF',
  'TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW',
].flatMap((codes) => codes.split(' '));

/** Those whose addresses have no postal code, as Google's libaddressinput writes them; it may be given all the same. */
export const WITHOUT_POSTAL_CODE: readonly string[] = [
  'AE AG AO AQ AW BF BI BJ BO BQ BS BV BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK JM KI KM KN',
  'LC LY ML MO MR MS MW NR NU PA PS QA RW SB SC SL SR SS ST SX SY TD TF TG TK TL TO TT TV UG VU WS YE ZW',
].flatMap((codes) => codes.split(' '));

/** What orders and shipments hold where there is none: hosts of the previous version insist on something. */
const NO_POSTAL_CODE = '-';

/**
 * An address as customers give it: the contract's, in a country that there is, with a postal code where there are any.
 */
export const postalAddress = Address.extend({
  country: z.enum(COUNTRIES, 'is no country code of ISO 3166-1 alpha-2'),
  postalCode: Address.shape.postalCode.optional(),
})
  .refine(({ postalCode, country }) => postalCode !== undefined || WITHOUT_POSTAL_CODE.includes(country), {
    path: ['postalCode'],
    message: 'is required in this country',
  })
  // Not `anyOf`: a branch that has no type is `unknown` to generators of clients, and so is a union with it.
  .meta({
    if: { properties: { country: { enum: [...WITHOUT_POSTAL_CODE] } } },
    else: { required: ['postalCode'] },
  });

/** The same as the contract has it. */
export const contractAddress = ({ postalCode = NO_POSTAL_CODE, ...rest }: z.output<typeof postalAddress>): Address => ({
  ...rest,
  postalCode,
});
