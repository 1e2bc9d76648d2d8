import type { JsonObject } from '../../../engine/json-value.ts';
import { readInstance } from '../../use-cases/read-instance.ts';
import type { DemoWorld } from '../demo-world.ts';

/** What shows it, by question. A gap has what will be done about it. */
const EVIDENCE: Readonly<Record<string, string>> = {
  INNOVATION: 'The board asked for a joint service in its plan for the year.',
  DEVELOPMENT: 'A programme manager has two days a week for it.',
  COORDINATION: 'The discharge desk has run every day of the week since spring.',
  OVERSIGHT: 'Supervisors of both teams meet every fortnight.',
  VISION: 'A page that says what it is for has been read by both teams.',
  FUNDING: 'The finance committee has set money aside for eighteen months.',
  FLEXIBILITY: 'The procedures for shared cases were rewritten last year.',
  MANAGEMENT: 'Two managers have been trained; a third is in training.',
  PRACTICE: 'Last year’s survey: four in five people felt well supported.',
  GOVERNANCE: 'Minute of the board, item 7.',
  OUTCOMES: 'Results for clients are the first item of every meeting.',
  MANDATE: 'The strategy says so on its second page.',
  RISK: 'The risk register holds an amount for trials.',
  PART: 'A director comes to every meeting and may decide.',
  MANNER: 'Teams meet in person once a month, and write down what they agree.',
  STAFF: 'Staff keep their supervisor when they work at another place.',
  TRIAL: 'Three trials in two years, each written up.',
  GOODWILL: 'Partners named us in their own survey.',
};

/** Questions that are answered with "partly", and the plan for the gap. */
const PLANS: Readonly<Record<string, string>> = {
  MANAGEMENT: 'Train a second manager, and plan who stands in.',
  FUNDING: 'Write the bid for the second year together.',
  STAFF: 'Write down who stands in when somebody is away.',
};

/** Answers all questions that an organisation is asked, signed in or from the link in the mail. */
export async function answerReadiness(
  world: DemoWorld,
  given: {
    readonly who: string;
    readonly instance: string;
    readonly byMail: boolean;
    /** The day by which gaps are to be closed. */
    readonly plansDue: string;
  },
): Promise<void> {
  const { who, instance, byMail, plansDue } = given;
  const plan = { due: plansDue, person: world.person(who).id };
  const { options } = await readInstance(world.services, world.asker(who), instance);
  for (const { event, form } of options) {
    if (!event.startsWith('ANSWER_')) continue;
    const fields = answerTo(event, Object.keys(form.properties ?? {}), plan);
    if (byMail) await world.actByMail(who, instance, event, fields);
    else await world.act(who, instance, event, fields);
  }
  await world.act(who, instance, 'SHARE');
}

/** Everybody named (with their organisation) records that the plans for their gaps are done. */
export async function closeReadinessPlans(
  world: DemoWorld,
  partnership: string,
  people: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [who, organisation] of Object.entries(people)) {
    const { id } = await world.find(partnership, 'readiness', world.organisation(organisation));
    const { data } = await readInstance(world.services, world.asker(who), id);
    for (const name of Object.keys(data).filter((field) => field.endsWith('PlanDue'))) {
      await world.act(who, id, 'RECORD_PLAN_DONE', {
        question: name.slice(0, -'PlanDue'.length),
        done: 'It was done as planned; the minutes of last month say so.',
      });
    }
  }
}

function answerTo(
  event: string,
  names: readonly string[],
  { due, person }: { readonly due: string; readonly person: string },
): JsonObject {
  const topic = event.slice('ANSWER_'.length);
  const plan = PLANS[topic];
  const given: readonly (readonly [string, string])[] = names.map((name) => {
    if (name.endsWith('PlanOwner')) return [name, 'Head of service'];
    if (name.endsWith('PlanPerson')) return [name, person];
    if (name.endsWith('PlanDue')) return [name, due];
    if (name.endsWith('Plan')) return [name, plan ?? ''];
    if (name.endsWith('Evidence')) return [name, EVIDENCE[topic] ?? 'Minutes of the last meeting.'];
    return [name, plan === undefined ? 'yes' : 'partly'];
  });
  return Object.fromEntries(given.filter(([name]) => plan !== undefined || !/Plan/u.test(name)));
}
