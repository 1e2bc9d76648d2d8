import type { Connection, Model, Schema } from 'mongoose';
import { type CommitDocument, commitSchema } from './commit-schema.ts';
import {
  type MembershipDocument,
  membershipSchema,
  type OrganisationDocument,
  organisationSchema,
  type PartnershipDocument,
  partnershipSchema,
  type PersonDocument,
  personSchema,
} from './directory-schemas.ts';
import {
  type DocumentInfoDocument,
  documentInfoSchema,
  type DocumentPartDocument,
  documentPartSchema,
} from './document-schemas.ts';
import {
  type ApiTokenDocument,
  apiTokenSchema,
  type DefinitionDocument,
  definitionSchema,
  type InstallationDocument,
  installationSchema,
  type MetaDocument,
  metaSchema,
  type SessionDocument,
  sessionSchema,
} from './installation-schemas.ts';
import { type InstanceDocument, instanceSchema } from './instance-schema.ts';
import { type LinkDocument, linkSchema } from './link-schema.ts';
import { type MailDocument, mailSchema } from './mail-schema.ts';
import { type PersonalDocument, personalSchema } from './personal-schema.ts';
import { type RateLimitDocument, rateLimitSchema } from './rate-limit-schema.ts';
import { type TaskDocument, taskSchema } from './task-schema.ts';
import {
  type WorkDocument,
  workPieceSchema,
  type WorkPieceDocument,
  workSchema,
} from './work-schemas.ts';

/** Every collection that there is. */
export interface Models {
  readonly commits: Model<CommitDocument>;
  readonly instances: Model<InstanceDocument>;
  readonly tasks: Model<TaskDocument>;
  readonly links: Model<LinkDocument>;
  readonly personal: Model<PersonalDocument>;
  readonly organisations: Model<OrganisationDocument>;
  readonly people: Model<PersonDocument>;
  readonly partnerships: Model<PartnershipDocument>;
  readonly memberships: Model<MembershipDocument>;
  readonly documents: Model<DocumentInfoDocument>;
  readonly documentParts: Model<DocumentPartDocument>;
  readonly mails: Model<MailDocument>;
  readonly definitions: Model<DefinitionDocument>;
  readonly sessions: Model<SessionDocument>;
  readonly rateLimits: Model<RateLimitDocument>;
  readonly work: Model<WorkDocument>;
  readonly workPieces: Model<WorkPieceDocument>;
  readonly installation: Model<InstallationDocument>;
  readonly apiTokens: Model<ApiTokenDocument>;
  readonly meta: Model<MetaDocument>;
}

/**
 * The collections over a connection. `majority`: what is read has been accepted by a majority of the
 * replica set, so that no answer rests on what a change of primary could take back.
 */
export function createModels(connection: Connection, majority: boolean): Models {
  function model<T>(name: string, schema: Schema<T>): Model<T> {
    const own = schema.clone();
    if (majority) own.set('readConcern', { level: 'majority' });
    return connection.model<T>(name, own);
  }
  return {
    commits: model('Commit', commitSchema),
    instances: model('Instance', instanceSchema),
    tasks: model('Task', taskSchema),
    links: model('Link', linkSchema),
    personal: model('PersonalValue', personalSchema),
    organisations: model('Organisation', organisationSchema),
    people: model('Person', personSchema),
    partnerships: model('Partnership', partnershipSchema),
    memberships: model('Membership', membershipSchema),
    documents: model('Document', documentInfoSchema),
    documentParts: model('DocumentPart', documentPartSchema),
    mails: model('Mail', mailSchema),
    definitions: model('Definition', definitionSchema),
    sessions: model('Session', sessionSchema),
    rateLimits: model('RateLimit', rateLimitSchema),
    work: model('Work', workSchema),
    workPieces: model('WorkPiece', workPieceSchema),
    installation: model('Installation', installationSchema),
    apiTokens: model('ApiToken', apiTokenSchema),
    meta: model('Meta', metaSchema),
  };
}
