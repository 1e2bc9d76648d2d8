import type { JsonSchema } from '../../../engine/json-schema.ts';
import { MEMBERSHIP_ROLES } from '../../access/standing.ts';
import { type InvitationScope, RESERVED_ROLES } from '../../use-cases/invite-person.ts';

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
          oneOf: roles.map(([role, title]) => ({ const: role, title })),
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
