import mongoose from 'mongoose';
import type { Membership, Organisation, Partnership, Person } from '../directory.ts';
import { collectionSchema, key, text, textOrNull } from './schema.ts';

type Kept<T extends { readonly id: string }> = Omit<T, 'id'> & { readonly _id: string };

export type OrganisationDocument = Kept<Organisation>;
export type PersonDocument = Kept<Person>;
export type PartnershipDocument = Kept<Partnership>;
export type MembershipDocument = Membership & { readonly _id: string };

export const organisationSchema = collectionSchema<OrganisationDocument>('organisations', {
  _id: key,
  name: text,
  kind: text,
  createdAt: text,
});

export const personSchema = collectionSchema<PersonDocument>('people', {
  _id: key,
  name: text,
  email: { type: String, required: true },
  organisation: text,
  administrator: { type: Boolean },
  coordinator: { type: Boolean },
  createdAt: text,
  disabledAt: textOrNull,
  accessId: { type: String },
});
// An address belongs to one person; signing in begins with it.
personSchema.index({ email: 1 }, { unique: true });

export const partnershipSchema = collectionSchema<PartnershipDocument>('partnerships', {
  _id: key,
  title: text,
  lead: text,
  organisations: [String],
  instance: text,
  createdAt: text,
});

export const membershipSchema = collectionSchema<MembershipDocument>('memberships', {
  _id: key,
  partnership: text,
  person: text,
  organisation: text,
  roles: [String],
  authority: textOrNull,
  // Absent for whoever may not sign.
  recorded: { type: new mongoose.Schema({ by: text, at: text }, { _id: false }) },
  since: text,
});
// A person is a member of a partnership once; its members in order.
membershipSchema.index({ partnership: 1, person: 1 }, { unique: true });
// The partnerships of a person.
membershipSchema.index({ person: 1, partnership: 1 });
