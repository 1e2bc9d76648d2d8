import type { Directory, Membership } from '../directory.ts';
import { addressKey, emailTaken } from '../email-address.ts';
import type { Database } from './database.ts';
import type { MembershipDocument } from './directory-schemas.ts';
import { isDuplicate } from './store-error.ts';

export function createMongoDirectory(database: Database): Directory {
  const { organisations, people, partnerships, memberships } = database.models;

  return {
    putOrganisation: ({ id, ...organisation }) =>
      database.writeUntilKnown(async () => {
        await organisations.replaceOne({ _id: id }, organisation, { upsert: true });
      }),
    organisation: (id) =>
      database.readOnce(`organisation ${id}`, async () =>
        withId(await organisations.findById(id).lean()),
      ),
    organisations: () =>
      database.readOnce('organisations', async () => {
        const found = await organisations.find().sort({ _id: 1 }).lean();
        return found.map(named);
      }),

    putPerson: ({ id, ...person }) =>
      database.writeUntilKnown(async () => {
        const email = addressKey(person.email);
        try {
          await people.replaceOne({ _id: id }, { ...person, email }, { upsert: true });
        } catch (error) {
          const holder = isDuplicate(error) ? await people.findOne({ email }).lean() : null;
          throw holder === null || holder._id === id ? error : emailTaken(holder._id);
        }
      }),
    person: (id) =>
      database.readOnce(`person ${id}`, async () => withId(await people.findById(id).lean())),
    personByEmail: (email) =>
      database.read(async () => withId(await people.findOne({ email: addressKey(email) }).lean())),
    people: () =>
      database.readOnce('people', async () =>
        (await people.find().sort({ _id: 1 }).lean()).map(named),
      ),

    putPartnership: ({ id, ...partnership }) =>
      database.writeUntilKnown(async () => {
        await partnerships.replaceOne({ _id: id }, partnership, { upsert: true });
      }),
    partnership: (id) =>
      database.readOnce(`partnership ${id}`, async () =>
        withId(await partnerships.findById(id).lean()),
      ),
    partnerships: () =>
      database.readOnce('partnerships', async () =>
        (await partnerships.find().sort({ _id: 1 }).lean()).map(named),
      ),

    putMembership: (membership) =>
      database.writeUntilKnown(async () => {
        const _id = memberKey(membership.partnership, membership.person);
        await memberships.replaceOne({ _id }, membership, { upsert: true });
      }),
    removeMembership: (partnership, person) =>
      database.writeUntilKnown(async () => {
        await memberships.deleteOne({ _id: memberKey(partnership, person) });
      }),
    members: (partnership) =>
      database.readOnce(`members of ${partnership}`, async () => {
        const found = await memberships.find({ partnership }).sort({ person: 1 }).lean();
        return found.map(membershipOf);
      }),
    membershipsOf: (person) =>
      database.readOnce(`memberships of ${person}`, async () => {
        const found = await memberships.find({ person }).sort({ partnership: 1 }).lean();
        return found.map(membershipOf);
      }),
  };
}

function named<T extends { readonly _id: string }>({ _id, ...rest }: T) {
  return { ...rest, id: _id };
}

function withId<T extends { readonly _id: string }>(document: T | null) {
  return document === null ? undefined : named(document);
}

function memberKey(partnership: string, person: string): string {
  return `${partnership}/${person}`;
}

function membershipOf(document: MembershipDocument): Membership {
  const { _id: _, ...membership } = document;
  return membership;
}
