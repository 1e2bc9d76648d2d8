import type { JsonSchema } from '../../engine/json-schema.ts';
import { type InstanceDataView, presentData } from '../../web/presenters/instance-data.ts';
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
): Promise<InstanceDataView | undefined> {
  if (option.about.length === 0) return undefined;
  const data = decidedOn(view, option);
  const { names, ...context } = await readingContext(services, asker, view.id, data);
  return presentData({
    schema: partOf(view.dataSchema, option.about),
    data,
    speaking: { context: { ...context, documentUrl }, names, timeZone: view.timeZone },
    links: { list: null, instance: null, field: () => null },
  });
}

/** These fields alone, under no other heading. */
function partOf(schema: JsonSchema, names: readonly string[]): JsonSchema {
  const properties = Object.fromEntries(
    names.map((name) => {
      const { under: _, hidden: __, ...property } = schema.properties?.[name] ?? {};
      return [name, property];
    }),
  );
  return { type: 'object', properties, ...(schema.$defs ? { $defs: schema.$defs } : {}) };
}
