import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** A server in a process of its own, that may be killed at any moment and started again. */
export interface KillableServer {
  readonly url: string;
  /** Starts the process; resolves at once, long before it listens. */
  start(): void;
  /** Resolves when it answers; rejects with what it complained of when it ends first. */
  answering(): Promise<void>;
  /** Holds it where it is (SIGSTOP), and lets it go on. */
  pause(): void;
  goOn(): void;
  /** Ends it without any warning. */
  kill(): Promise<void>;
  /** Sends a signal and does not wait. */
  signal(name: NodeJS.Signals): void;
  /** Waits until it has ended by itself; answers its exit code. */
  ended(): Promise<number | null>;
  /** Asks it to stop, and waits until it has; answers its exit code. */
  stop(): Promise<number | null>;
}

export function killableServer(
  main: string,
  options: { readonly port: number; readonly env: Readonly<Record<string, string>> },
): KillableServer {
  const url = `http://localhost:${options.port}`;
  const env = {
    ...process.env,
    CONCORDAT_URL: url,
    CONCORDAT_PORT: String(options.port),
    CONCORDAT_LOG_LEVEL: 'error',
    ...options.env,
  };
  let child: ChildProcess | null = null;
  let complaint = '';

  async function gone(): Promise<void> {
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      await once(child, 'exit');
    }
  }

  async function ended(): Promise<number | null> {
    await gone();
    return child?.exitCode ?? null;
  }

  return {
    url,
    start() {
      complaint = '';
      child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      child.stderr?.on('data', (chunk: Buffer) => {
        complaint = (complaint + chunk.toString()).slice(-4_000);
      });
    },
    async answering() {
      for (;;) {
        if (child === null || child.exitCode !== null) {
          throw new Error(`the server has ended: ${complaint}`);
        }
        const live = await fetch(`${url}/health/live`).then(
          ({ ok }) => ok,
          () => false,
        );
        if (live) return;
        await delay(30);
      }
    },
    pause() {
      child?.kill('SIGSTOP');
    },
    goOn() {
      child?.kill('SIGCONT');
    },
    async kill() {
      child?.kill('SIGKILL');
      await gone();
    },
    signal(name) {
      child?.kill(name);
    },
    ended,
    stop() {
      child?.kill('SIGTERM');
      return ended();
    },
  };
}
