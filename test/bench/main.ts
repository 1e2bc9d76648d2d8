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
  const rows = await bench.run({ short: values.short });
  print(rows);
  missed += rows.filter(({ met }) => !met).length;
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

function print(rows: readonly Measured[]): void {
  const lines = [
    ['', 'measured', 'floor of this run', 'ratio', 'wanted', ''],
    ...rows.map(({ what, measured, floor, ratio, wanted, met }) => {
      return [what, measured, floor, ratio, wanted, met ? 'met' : 'MISSED'];
    }),
  ];
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  for (const line of lines) {
    console.log(`  ${line.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ')}`.trimEnd());
  }
}
