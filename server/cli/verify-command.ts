import { openStore } from '../store/open-store.ts';
import { verifyStore } from '../use-cases/verify-store.ts';
import type { Command } from './command.ts';
import { findingInWords } from './finding-in-words.ts';
import { usageError } from './usage-error.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Re-checks every history and document that is kept.',
  takes: '',
  details: [
    'Prints the newest hash of every instance: who noted it earlier can see that nothing before it',
    'has changed. May be run while a server runs.',
  ],
  example: 'concordat verify --store lmdb:./data',
  flags: {},
  async run({ config, words, output }) {
    if (words.length > 0) throw usageError(`"verify" takes no ${JSON.stringify(words[0])}.`);
    const store = await openStore(config.store, 'read');
    try {
      const { instances, findings } = await verifyStore(store);
      for (const { instance, seq, hash } of instances) {
        output.say(`${instance}  ${String(seq).padStart(6)}  ${hash}`);
      }
      for (const finding of findings) output.say(`FOUND: ${findingInWords(finding)}`);
      output.say(
        findings.length === 0
          ? `${instances.length} histories re-checked in ${store.address}: nothing has changed.`
          : `${findings.length} findings. Keep this folder as it is, and restore the newest good backup into another: concordat restore --from BACKUP --store lmdb:FOLDER`,
      );
      output.result({ store: store.address, instances, findings });
      return findings.length === 0 ? 0 : 1;
    } finally {
      await store.close();
    }
  },
};
