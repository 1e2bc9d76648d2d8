import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench, Measured } from './bench.ts';
import { agreementBench } from './agreement-pdf.ts';
import { approvalsBench } from './approvals.ts';
import { growthBench } from './growth.ts';
import { mongoBench } from './mongo.ts';
import { remindersBench } from './reminders.ts';
import { startBench } from './start.ts';
import { storeBench } from './store.ts';

// npm run bench -- [--only NAME] [--short]: measures what is promised of the speed, each beside the
// floor of the same run, and ends with 1 when something was missed.

const BENCHES: readonly Bench[] = [
  approvalsBench,
  growthBench,
  startBench,
  remindersBench,
  agreementBench,
  storeBench,
  mongoBench,
];

/** Set beforehand: a line is printed as soon as it is measured. */
const WIDTHS = [50, 44, 44, 6, 14];
const HEADINGS = inColumns(['', 'measured', 'floor of this run', 'ratio', 'wanted']);

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    short: { type: 'boolean', default: false },
  },
});
const names = BENCHES.map(({ name }) => name);
for (const name of values.only ?? []) {
  if (!names.includes(name)) {
    console.error(`There is no "${name}" to measure. There are: ${names.join(', ')}.`);
    process.exit(2);
  }
}

console.log(`Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model ?? ''})`);
let missed = 0;
for (const bench of BENCHES) {
  const { name, title } = bench;
  if (values.only && !values.only.includes(name)) continue;
  console.log(`\n${title} (load of the machine before: ${load()})`);
  const run = bench.run({ short: values.short });
  console.log(HEADINGS);
  for await (const row of run instanceof Promise ? await run : run) {
    console.log(lineOf(row));
    if (!row.met) missed += 1;
  }
}
console.log(
  `\nLoad of the machine at the end: ${load()}. A load above 1 before a measurement slows it.`,
);
if (missed > 0) console.log(`${missed} of the promises were missed in this run.`);
process.exitCode = missed > 0 ? 1 : 0;

function load(): string {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
}

function lineOf({ what, measured, floor, ratio, wanted, met }: Measured): string {
  return inColumns([what, measured, floor, ratio, wanted, met ? 'met' : 'MISSED']);
}

function inColumns(cells: readonly string[]): string {
  return `  ${cells.map((cell, n) => cell.padEnd(WIDTHS[n] ?? 0)).join('  ')}`.trimEnd();
}
