import type { JsonSchema } from '../../../engine/json-schema.ts';
import { MEMBERSHIP_ROLES } from '../../access/standing.ts';
import { type InvitationScope, RESERVED_ROLES } from '../../use-cases/invite-person.ts';

/** What somebody can expect who is given a role. */
const WHAT_THEY_DO: Readonly<Record<string, string>> = {
  lead: 'Takes the partnership through its stages, for the organisation that leads.',
  manager: 'Acts for their organisation from day to day: answers, comments, agrees on texts.',
  signatory: 'Gets the link to sign for their organisation.',
  executive: 'Takes up what managers could not settle.',
  finance: 'Confirms the money items of a Section 75 checklist.',
  people: 'Confirms the staffing items of a Section 75 checklist.',
  legal: 'Confirms the legal items of a Section 75 checklist.',
  information: 'Confirms the information items of a Section 75 checklist.',
  practitioner: 'Works with clients; may raise a systemic issue.',
  coordinator:
    'Looks after this partnership, corrects mistakes, and helps when something is stuck.',
  'second-tier': 'Belongs to the group that decides on systemic issues.',
  facilitator: 'Leads talks, and belongs to no side.',
  observer: 'Reads, and changes nothing.',
};

/** The questions about somebody's part in a partnership; only roles that the asker may give. */
export function membershipSchema(scope: InvitationScope): JsonSchema {
  const roles = Object.entries(MEMBERSHIP_ROLES).filter(
    ([role]) => scope.anybody || !RESERVED_ROLES.has(role),
  );
  return {
    type: 'object',
    additionalProperties: false,
    required: ['roles'],
    properties: {
      roles: {
        type: 'array',
        title: 'What is their part?',
        description: 'Choose all that apply.',
        minItems: 1,
        maxItems: roles.length,
        items: {
          type: 'string',
          title: 'Role',
          oneOf: roles.map(([role, title]) => ({
            const: role,
            title,
            ...(WHAT_THEY_DO[role] === undefined ? {} : { description: WHAT_THEY_DO[role] }),
          })),
        },
      },
      authority: {
        type: 'string',
        title: 'Written authority to sign',
        description:
          'For those who may sign: where their organisation says so, for example “Scheme of delegation, 4.2”.',
        maxLength: 300,
      },
    },
  };
}
