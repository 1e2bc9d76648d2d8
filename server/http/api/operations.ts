import { readMe, readOrganisations, readPeople } from './directory-operations.ts';
import { listDocuments, readOneDocument, takeUpload } from './document-operations.ts';
import { readDue } from './due-operations.ts';
import { readCommitText, readEntries } from './history-operations.ts';
import {
  correctInstance,
  readInstances,
  readOneInstance,
  startInstance,
  takeEvent,
} from './instance-operations.ts';
import type { Operation } from './operation.ts';
import { listPartnerships, makePartnership, readPartnership } from './partnership-operations.ts';
import { listWorkflows, readWorkflow } from './workflow-operations.ts';

/** Every operation of the API, in the order in which the reference shows them. */
export const OPERATIONS: readonly Operation[] = [
  readMe,
  listWorkflows,
  readWorkflow,
  readOrganisations,
  readPeople,
  listPartnerships,
  readPartnership,
  makePartnership,
  readInstances,
  readOneInstance,
  startInstance,
  takeEvent,
  correctInstance,
  readEntries,
  readCommitText,
  listDocuments,
  readOneDocument,
  takeUpload,
  readDue,
];
