import { SET_UP_ANSWERS } from '../support/set-up-answers.ts';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/config.ts';
import { closeServices, createServices, type OwnParts } from '../../server/create-services.ts';
import type { Services } from '../../server/services.ts';
import type { Person } from '../../server/store/directory.ts';
import { installationRoot } from '../../server/installation-root.ts';
import { createPartnership } from '../../server/use-cases/create-partnership.ts';
import { invitePerson } from '../../server/use-cases/invite-person.ts';
import { completeSetUp, setUpLink } from '../../server/use-cases/set-up.ts';

const ROOT = installationRoot();
const OWN = join(ROOT, 'test/bench/workflows');
const PARTNERSHIP = join(ROOT, 'workflows/partnership.json');

/** Runs work in a folder of its own that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens the services of a server over a folder or another store, without its pages. */
export async function withServices<T>(
  folder: string,
  work: (services: Services) => Promise<T>,
  more: {
    readonly args?: readonly string[];
    readonly own?: OwnParts;
    readonly store?: string;
  } = {},
): Promise<T> {
  const args = [
    '--store',
    more.store ?? `lmdb:${folder}`,
    '--log-level',
    'error',
    ...(more.args ?? []),
  ];
  const config = readConfig({ args, env: {} });
  const workflows = workflowsBeside(folder);
  const services = await createServices(config, { workflows, ...more.own });
  try {
    return await work(services);
  } finally {
    await closeServices(services);
  }
}

/** The workflows that are measured with, and the one that a partnership needs. */
function workflowsBeside(folder: string): string {
  const workflows = `${folder}-workflows`;
  mkdirSync(workflows, { recursive: true });
  for (const name of readdirSync(OWN)) copyFileSync(join(OWN, name), join(workflows, name));
  copyFileSync(PARTNERSHIP, join(workflows, 'partnership.json'));
  return workflows;
}

/** Sets the installation up with a partnership that has one manager. */
export async function withPeople(
  services: Services,
): Promise<{ readonly partnership: string; readonly manager: Person }> {
  await setUpLink(services);
  const person = await completeSetUp(services, SET_UP_ANSWERS);
  const asker = { kind: 'person', person } as const;
  const { id: partnership } = await createPartnership(services, asker, {
    form: { title: 'Safe at home', purpose: 'That nobody falls between two services.' },
    lead: person.organisation,
    organisations: [person.organisation],
    idempotencyKey: 'one',
  });
  const manager = await invitePerson(services, asker, {
    partnership,
    organisation: person.organisation,
    name: 'Mary Manager',
    email: 'mary@northshire.example',
    roles: ['manager'],
    authority: null,
  });
  return { partnership, manager };
}

/** Approvals of no partnership: nobody is mailed about them. */
export const ORIGIN = {
  partnership: null,
  parent: null,
  timeZone: 'Europe/London',
  region: 'GB-ENG',
} as const;

export const ACTOR = {
  person: 'ann',
  organisation: 'council',
  role: 'manager',
  authority: null,
} as const;

/** The value below which this share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
