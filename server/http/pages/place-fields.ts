import type { JsonSchema } from '../../../engine/json-schema.ts';

/** Where an installation is: asked at set-up, and in the settings later. */
export function placeFields(config: {
  readonly timeZone: string;
  readonly region: string;
  readonly currency: string;
}): Readonly<Record<'timeZone' | 'region' | 'currency', JsonSchema>> {
  const choice = (value: string, title: string): JsonSchema => ({ const: value, title });
  return {
    timeZone: {
      type: 'string',
      title: 'Time zone',
      description: 'Deadlines end at midnight here.',
      default: config.timeZone,
      oneOf: Intl.supportedValuesOf('timeZone').map((zone) =>
        choice(zone, zone.replaceAll('_', ' ')),
      ),
    },
    region: {
      type: 'string',
      title: 'Public holidays of',
      description: 'Working days are counted without them.',
      default: config.region,
      oneOf: [
        choice('GB-ENG', 'England'),
        choice('GB-WLS', 'Wales'),
        choice('GB-SCT', 'Scotland'),
        choice('GB-NIR', 'Northern Ireland'),
        choice('IE', 'Ireland'),
        choice('AU-ACT', 'Australian Capital Territory'),
        choice('AU-NSW', 'New South Wales'),
        choice('AU-NT', 'Northern Territory'),
        choice('AU-QLD', 'Queensland'),
        choice('AU-SA', 'South Australia'),
        choice('AU-TAS', 'Tasmania'),
        choice('AU-VIC', 'Victoria'),
        choice('AU-WA', 'Western Australia'),
        choice('NZ', 'New Zealand'),
        choice('US', 'United States'),
        choice('CA', 'Canada'),
      ],
    },
    currency: {
      type: 'string',
      title: 'Currency',
      default: config.currency,
      oneOf: [
        choice('GBP', 'Pound sterling (GBP)'),
        choice('EUR', 'Euro (EUR)'),
        choice('AUD', 'Australian dollar (AUD)'),
        choice('NZD', 'New Zealand dollar (NZD)'),
        choice('USD', 'United States dollar (USD)'),
        choice('CAD', 'Canadian dollar (CAD)'),
      ],
    },
  };
}
