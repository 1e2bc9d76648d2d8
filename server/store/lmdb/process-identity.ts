import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process of which machine: enough to tell later whether it still runs. */
export interface ProcessIdentity {
  readonly host: string;
  /** Changes when the machine starts again; null where the system does not say. */
  readonly boot: string | null;
  /** Process numbers mean something only inside one namespace (one container). */
  readonly namespace: string | null;
  readonly pid: number;
  /** Tells a process from a later one with the same number. */
  readonly startedAt: string | null;
}

export type Liveness = 'alive' | 'dead' | 'unknown';

export function thisProcess(): ProcessIdentity {
  return {
    host: hostname(),
    boot: bootId(),
    namespace: quietly(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    startedAt: startOf(process.pid),
  };
}

/** What can be said of that process from here; `unknown` for one of another machine or container. */
export function livenessOf(other: ProcessIdentity): Liveness {
  const here = thisProcess();
  if (other.host !== here.host) return 'unknown';
  if (other.boot !== here.boot) return 'dead';
  if (other.namespace !== here.namespace) return 'unknown';
  if (!exists(other.pid)) return 'dead';
  const startedAt = startOf(other.pid);
  if (startedAt === null || other.startedAt === null) return 'unknown';
  return startedAt === other.startedAt ? 'alive' : 'dead';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function bootId(): string | null {
  return quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
}

/** Clock ticks since boot, the 22nd field; the command name before it may hold spaces. */
function startOf(pid: number): string | null {
  return quietly(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  });
}

function quietly<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
