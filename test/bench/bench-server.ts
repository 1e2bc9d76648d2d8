import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../server/config.ts';
import { closeServices, createServices, type OwnParts } from '../../server/create-services.ts';
import type { Services } from '../../server/services.ts';

/** The workflows that are measured with. */
export const BENCH_WORKFLOWS = fileURLToPath(new URL('./workflows', import.meta.url));

/** Runs work in a folder of its own that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens the services of a server over a folder, without its pages. */
export async function withServices<T>(
  folder: string,
  work: (services: Services) => Promise<T>,
  more: { readonly args?: readonly string[]; readonly own?: OwnParts } = {},
): Promise<T> {
  const args = ['--store', `lmdb:${folder}`, '--log-level', 'error', ...(more.args ?? [])];
  const config = readConfig({ args, env: {} });
  const services = await createServices(config, { workflows: BENCH_WORKFLOWS, ...more.own });
  try {
    return await work(services);
  } finally {
    await closeServices(services);
  }
}

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
