import { storeAddress } from '../store/store-address.ts';
import type { Move } from '../use-cases/move-store.ts';
import type { ExitCode, Output } from './command.ts';
import { sayFindings } from './say-findings.ts';

/** Says how a move or a restore into a database has ended, and answers the exit code. */
export function sayMove(
  output: Output,
  { outcome, verification, kinds }: Move,
  where: { readonly from: string; readonly to: string },
): ExitCode {
  const { instances, findings } = verification;
  const to = storeAddress(where.to);
  const commits = instances.reduce((sum, { seq }) => sum + seq, 0);
  sayFindings(output, findings);
  for (const { title, counts, same } of kinds) {
    const number = counts[1].toLocaleString('en-GB').padStart(9);
    output.say(
      `${number}  ${title}${same ? '' : `: NOT AS IN ${where.from}, WHICH HAS ${counts[0]}`}`,
    );
  }
  if (outcome === 'moved') {
    output.say(
      `Copied to ${to}: all of the above, ${commits.toLocaleString('en-GB')} commits in all.`,
    );
    output.say('Each was re-checked in the copy: the same records, the same hashes.');
  } else if (outcome === 'damaged') {
    output.say(
      `${where.from} is damaged, so nothing was copied from it. Keep it as it is, and restore the newest good backup: concordat restore --from BACKUP --store ${to}`,
    );
  } else {
    output.say(
      `The copy is not what ${where.from} is now, so ${to} stays closed. Most likely a server was writing: stop every server that uses either of them, and run the same command again. If it says this once more, empty ${to} and begin anew.`,
    );
  }
  output.result({
    outcome,
    from: where.from,
    to,
    commits,
    kinds: kinds.map(({ name, counts, same }) => ({
      kind: name,
      from: counts[0],
      to: counts[1],
      same,
    })),
    instances,
    findings,
  });
  return outcome === 'moved' ? 0 : 1;
}
