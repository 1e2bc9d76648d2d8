import type { JsonSchema } from '../../engine/json-schema.ts';
import { mapParts } from '../../engine/plain-schema.ts';
import { type DataPart, presentData } from '../../web/presenters/instance-data.ts';
import type { Asker } from '../access/asker.ts';
import type { Services } from '../services.ts';
import { decidedOn } from '../use-cases/decided-on.ts';
import type { InstanceView, OfferedOption } from '../use-cases/read-instance.ts';
import { readingContext } from './instance-context.ts';

/**
 * What an option decides on, in words, to stand before its form; undefined where that is a document
 * or nothing. `documentUrl` is where its reader finds a file that it names.
 */
export async function showDecidedOn(
  services: Services,
  asker: Asker,
  view: InstanceView,
  {
    option,
    documentUrl,
  }: {
    readonly option: OfferedOption;
    readonly documentUrl: (hash: string) => string;
  },
): Promise<DataPart | undefined> {
  const data = decidedOn(view, option);
  if (Object.keys(data).length === 0) return undefined;
  const { names, ...context } = await readingContext(services, asker, view.id, data);
  const { groups, ...first } = presentData({
    schema: partOf(view.dataSchema, option.about),
    data,
    speaking: { context: { ...context, documentUrl }, names, timeZone: view.timeZone },
    links: { list: null, instance: null, field: () => null },
  });
  const parts = [first, ...groups];
  const [rows, lists] = [parts.flatMap((part) => part.rows), parts.flatMap((part) => part.lists)];
  return rows.length + lists.length > 0 ? { rows, lists } : undefined;
}

/** These fields alone; whatever heading they have elsewhere, here they are what is asked about. */
function partOf(schema: JsonSchema, names: readonly string[]): JsonSchema {
  const properties = Object.fromEntries(
    names.map((name) => {
      const { under: _, hidden: __, ...property } = schema.properties?.[name] ?? {};
      return [name, withoutRecords(property)];
    }),
  );
  return { type: 'object', properties, ...(schema.$defs ? { $defs: schema.$defs } : {}) };
}

/** Other records are named where their reader can go there. */
function withoutRecords(schema: JsonSchema): JsonSchema {
  const { properties } = schema;
  const own = properties && {
    properties: Object.fromEntries(
      Object.entries(properties).filter(([, { format }]) => format !== 'instance'),
    ),
  };
  return mapParts({ ...schema, ...own }, withoutRecords);
}
