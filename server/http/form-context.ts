import type { JsonObject } from '../../engine/json-value.ts';
import type { FormContext } from '../../web/presenters/form/form-context.ts';
import type { Asker } from '../access/asker.ts';
import type { Services } from '../services.ts';
import { choicesFor } from '../use-cases/choices.ts';

/** What a form or summary about an instance (or a partnership) speaks of by name. */
export async function formContextOf(
  services: Services,
  asker: Asker,
  about: {
    readonly partnership: string | null;
    /** The workflow of the records that a form may name. */
    readonly workflow?: string;
    /** What `prefill` paths are looked up in. */
    readonly data?: JsonObject;
    readonly today?: string;
    readonly documentUrl?: (hash: string) => string;
  },
): Promise<FormContext> {
  const { organisations, people, instances } = await choicesFor(
    services,
    asker,
    about.partnership,
    about.workflow ?? null,
  );
  const names = new Map(organisations.map(({ id, name }) => [id, name]));
  const installation = await services.store.installation.get();
  return {
    organisations: organisations.map(({ id, name }) => ({ value: id, text: name })),
    people: people.map(({ id, name, organisation }) => ({
      value: id,
      text: name,
      hint: names.get(organisation) ?? '',
    })),
    instances: instances.map(({ id, title }) => ({ value: id, text: title })),
    currency: installation?.currency ?? 'GBP',
    scope: { data: about.data ?? {}, today: about.today ?? '' },
    ...(about.documentUrl ? { documentUrl: about.documentUrl } : {}),
  };
}
