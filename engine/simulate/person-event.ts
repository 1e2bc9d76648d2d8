import { candidatesAt } from '../choose-transition.ts';
import { checkForm } from '../check-form.ts';
import type { CompiledWorkflow } from '../compile.ts';
import { partEmptied } from '../emptied.ts';
import type { JsonObject } from '../json-value.ts';
import { holdsRole } from '../role.ts';
import type { ActingPerson, EngineEvent, Scope } from '../scope.ts';
import type { InstanceSnapshot } from '../snapshot.ts';
import { notAllowed, standingOf, type VirtualPerson } from './virtual-person.ts';

/**
 * What a person sends, as the server makes it: the role is checked, party and manifest are set by it
 * and never by the form. Throws `not-allowed`, and `invalid-input` for a form that does not fit.
 */
export function personEvent(
  {
    workflow,
    snapshot,
    scope,
  }: {
    readonly workflow: CompiledWorkflow;
    readonly snapshot: InstanceSnapshot;
    readonly scope: () => Scope;
  },
  type: string,
  person: VirtualPerson,
  fields: JsonObject,
): { readonly event: EngineEvent; readonly by: ActingPerson } {
  const found = candidatesAt(workflow, snapshot).find(
    ({ event, meta }) => event === type && meta.label !== undefined,
  );
  const by: ActingPerson = { ...person };
  if (!found) return { event: { ...fields, type }, by };
  const { meta } = found;
  const role = meta.by?.find((name) =>
    holdsRole(workflow.definition, name, standingOf(workflow, person, name), scope()),
  );
  if (role === undefined) throw notAllowed(workflow, meta.label ?? type, meta.by ?? []);
  const { manifest, ...form } = fields;
  const current =
    meta.decides === undefined ? undefined : snapshot.documents[meta.decides]?.manifest;
  const shown = workflow.forms.get(meta)?.shown;
  const parted = partEmptied(shown ?? {}, form);
  if (shown) checkForm(shown, parted.fields);
  return {
    event: {
      ...parted.fields,
      type,
      ...(parted.emptied.length === 0 ? {} : { emptied: parted.emptied }),
      ...(meta.eachParty === true ? { party: person.organisation } : {}),
      ...(meta.decides === undefined ? {} : { manifest: manifest ?? current ?? '' }),
    },
    // Whatever is asked for, they do: they come by their link and type its code.
    by: { ...person, role, proof: 'link-and-code' },
  };
}
