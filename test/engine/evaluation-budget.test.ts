import { expect, it } from 'vitest';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { createBudget, EVALUATION_UNITS, withinBudgetOr } from '../../engine/evaluation-budget.ts';
import { partiesOf } from '../../engine/gate.ts';
import { rolesHeld } from '../../engine/role.ts';
import { scopeOfHead } from '../../engine/step.ts';
import { APPROVAL } from '../support/approval-workflow.ts';
import { engineHarness, PLAIN_CALENDAR } from '../support/engine-harness.ts';

const START = '2026-03-02T09:00:00.000Z';
const MANY = Array.from({ length: 500 }, (_, n) => n);

/** Costs some ten thousand units: less than a page may, but five hundred of them would take minutes. */
const dear = (n: number): string => `data.list.all(a, !data.list.exists(b, a + b == ${n + 999}.0))`;

type Machine = WorkflowDefinition['machine'];

function workflowWith(parts: {
  readonly on?: Machine['on'];
  readonly roles?: WorkflowDefinition['roles'];
  readonly set?: WorkflowDefinition['start']['set'];
}): WorkflowDefinition {
  const { properties } = APPROVAL.data;
  const list = { type: 'array', title: 'List', default: MANY.slice(0, 100).map(Number) };
  const fields = MANY.map((n) => [`f${n}`, { type: 'boolean' }]);
  return {
    ...APPROVAL,
    start: { ...APPROVAL.start, set: { ...APPROVAL.start.set, ...parts.set } },
    roles: { ...APPROVAL.roles, ...parts.roles },
    data: { ...APPROVAL.data, properties: { ...properties, list, ...Object.fromEntries(fields) } },
    machine: {
      initial: 'waiting',
      states: {
        waiting: { meta: { title: 'Waiting' }, ...(parts.on ? { on: parts.on } : {}) },
        ended: { type: 'final', meta: { title: 'Ended', outcome: 'good' } },
      },
    },
  } as unknown as WorkflowDefinition;
}

const TOO_LONG: unknown = expect.objectContaining({ code: 'evaluation-too-long' });

/** One budget takes a few hundred milliseconds of the processor; five hundred would take minutes. */
function shortly(act: () => void): void {
  const begun = process.cpuUsage();
  act();
  expect(process.cpuUsage(begun).user).toBeLessThan(3_000_000);
}

const values = Object.fromEntries(MANY.map((n) => [`f${n}`, { cel: dear(n) }]));
const meta = { label: 'Go', by: ['manager'] };

it.each([
  ['in values that are recorded', { type: 'record', params: { set: values } }],
  [
    'in what a mail is told',
    { type: 'notify', params: { to: ['manager'], template: 'task-assigned', with: values } },
  ],
  [
    'once for each entry of a list',
    {
      type: 'notify',
      params: {
        forEach: 'data.list',
        to: ['manager'],
        template: 'task-assigned',
        with: { f: { cel: dear(1) }, g: { cel: dear(2) }, h: { cel: dear(3) } },
      },
    },
  ],
])('a step has one budget for all its expressions: %s', (_, action) => {
  const definition = workflowWith({ on: { GO: { target: 'ended', actions: [action], meta } } });
  const instance = engineHarness({ definition, at: START, form: { subject: 'A van' } });
  const before = instance.head;
  shortly(() => expect(() => instance.send({ type: 'GO' }, START)).toThrow(TOO_LONG));
  expect(instance.head).toBe(before);
});

it('an instance begins with one budget for all that is worked out at its start', () => {
  const definition = workflowWith({ set: values });
  shortly(() =>
    expect(() => engineHarness({ definition, at: START, form: { subject: 'A van' } })).toThrow(
      TOO_LONG,
    ),
  );
});

it('what is read for one page draws on one budget, also with waiting in between', async () => {
  const roles = Object.fromEntries(
    MANY.map((n) => [`r${n}`, { title: `Role ${n}`, held: 'manager', when: dear(n) }]),
  );
  const definition = workflowWith({ roles });
  const { head, workflow } = engineHarness({ definition, at: START, form: { subject: 'A van' } });
  const scope = scopeOfHead({
    workflow,
    head,
    at: START,
    by: null,
    instance: { id: 'i', partnership: 'p', parent: null, timeZone: 'Europe/London' },
    settings: {},
    calendar: PLAIN_CALENDAR,
    source: { kind: 'engine' },
  } as Parameters<typeof scopeOfHead>[0]);
  const organisation = partiesOf(scope.data['parties'])[0] ?? null;
  const who = { person: 'p', organisation, roles: ['manager'], coordinator: false };
  const budget = createBudget(EVALUATION_UNITS.page);
  const roleAt = (n: number) => () =>
    rolesHeld({ ...definition, roles: { [`r${n}`]: roles[`r${n}`] ?? { title: '' } } }, who, scope);
  shortly(() => expect(() => budget.within(() => rolesHeld(definition, who, scope))).toThrow());
  await Promise.resolve();
  expect(() => budget.within(roleAt(1))).toThrow(TOO_LONG);
  expect(createBudget(EVALUATION_UNITS.page).within(roleAt(1))).toEqual(['r1']);
  expect(withinBudgetOr<readonly string[] | null>(1_000, null, roleAt(1))).toBe(null);
});
