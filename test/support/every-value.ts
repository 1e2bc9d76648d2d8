import * as fc from 'fast-check';

const text = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme', maxLength: Math.floor(maxLength / 12) })
    .map((said) => `x${said}x`.normalize('NFC'))
    .filter((said) => Array.from(said).length <= maxLength && !/[\p{Cc}\u2028\u2029]/u.test(said));

const date = fc
  .date({
    min: new Date('1900-01-01T00:00:00Z'),
    max: new Date('2199-12-31T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((day) => day.toISOString().slice(0, 10));

const organisation = fc.constantFrom('o-council', 'o-trust', 'o-refuge');

/** Any values that the schema of every-field accepts, with any of the optional ones left out. */
export const everyValue = fc.record(
  {
    subject: text(200),
    story: fc.array(text(300), { minLength: 1, maxLength: 5 }).map((lines) => lines.join('\n')),
    reference: fc
      .tuple(fc.constantFrom('AB', 'ZZ', 'QX'), fc.integer({ min: 100, max: 999 }))
      .map(([letters, number]) => `${letters}${number}`),
    email: fc.constantFrom('a@example.org', "o'brien+x@vale.example"),
    reviewDate: date,
    amount: fc.integer({ min: 100, max: 100_000_000 }),
    notice: fc.constantFrom('P14D', 'P12W', 'P1M', 'P1Y6M', 'P2Y3M10D'),
    people: fc.integer({ min: 1, max: 5000 }),
    share: fc.double({ min: 0, max: 100, noNaN: true }).map((share) => (share === 0 ? 0 : share)),
    agreed: fc.boolean(),
    urgent: fc.boolean(),
    level: fc.constantFrom('managers', 'executives'),
    theme: fc.constantFrom('money', 'staff', 'other'),
    services: fc.subarray(['housing', 'mental-health', 'substance-use', 'legal-aid'], {
      minLength: 1,
      maxLength: 3,
    }),
    chair: fc.constantFrom('p-amina', 'p-lodz'),
    host: organisation,
    parties: fc.array(
      fc.record(
        { organisation, contribution: fc.nat(2 ** 40), since: date },
        { requiredKeys: ['organisation'] },
      ),
      { minLength: 2, maxLength: 4 },
    ),
    aliases: fc.array(text(60), { minLength: 1, maxLength: 3 }),
    venue: fc.record({ building: text(80), room: text(20) }, { requiredKeys: ['building'] }),
    evidence: fc.stringMatching(/^[0-9a-f]{64}$/),
    confirmed: fc.constant(true as const),
  },
  {
    requiredKeys: [
      'subject',
      'story',
      'reviewDate',
      'amount',
      'agreed',
      'level',
      'parties',
      'confirmed',
      'chair',
    ],
    noNullPrototype: true,
  },
);
