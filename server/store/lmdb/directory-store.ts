import type { Directory, Membership, Organisation, Partnership, Person } from '../directory.ts';
import { addressKey, emailTaken } from '../email-address.ts';
import { LAST_TEXT } from './key.ts';
import { getJson, getText, parseRecord, type RecordTable, type Tables } from './tables.ts';
import type { Writer } from './writer.ts';

export function createLmdbDirectory(tables: Tables, writer: Writer): Directory {
  const table = tables.directory;

  const organisations: RecordTable<Organisation> = table;
  const people: RecordTable<Person> = table;
  const partnerships: RecordTable<Partnership> = table;
  const memberships: RecordTable<Membership> = table;

  function all<T>(view: RecordTable<T>, ...prefix: string[]): T[] {
    const range = { start: [...prefix, ''], end: [...prefix, LAST_TEXT] };
    return Array.from(view.getRange(range), ({ key, value }) => parseRecord(view, value, key));
  }

  return {
    putOrganisation: (organisation) =>
      writer.write('directory', (plan) =>
        plan.putJson(organisations, ['organisation', organisation.id], organisation),
      ),
    organisation: async (id) => getJson(organisations, ['organisation', id]),
    organisations: async () => all(organisations, 'organisation'),

    putPerson: (person) =>
      writer.write('directory', (plan) => {
        const email = addressKey(person.email);
        const holder = getText(table, ['email', email]);
        if (holder !== undefined && holder !== person.id) {
          throw emailTaken(holder);
        }
        const before = getJson(people, ['person', person.id]);
        if (before !== undefined) plan.remove(table, ['email', addressKey(before.email)]);
        plan.put(table, ['email', email], person.id);
        plan.putJson(people, ['person', person.id], { ...person, email });
      }),
    person: async (id) => getJson(people, ['person', id]),
    personByEmail: async (email) => {
      const id = getText(table, ['email', addressKey(email)]);
      return id === undefined ? undefined : getJson(people, ['person', id]);
    },
    people: async () => all(people, 'person'),

    putPartnership: (partnership) =>
      writer.write('directory', (plan) =>
        plan.putJson(partnerships, ['partnership', partnership.id], partnership),
      ),
    partnership: async (id) => getJson(partnerships, ['partnership', id]),
    partnerships: async () => all(partnerships, 'partnership'),

    putMembership: (membership) =>
      writer.write('directory', (plan) => {
        const { partnership, person } = membership;
        plan.putJson(memberships, ['member', partnership, person], membership);
        plan.putJson(memberships, ['membership', person, partnership], membership);
      }),
    removeMembership: (partnership, person) =>
      writer.write('directory', (plan) => {
        plan.remove(table, ['member', partnership, person]);
        plan.remove(table, ['membership', person, partnership]);
      }),
    members: async (partnership) => all(memberships, 'member', partnership),
    membershipsOf: async (person) => all(memberships, 'membership', person),
  };
}
