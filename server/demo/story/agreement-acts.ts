import type { JsonObject } from '../../../engine/json-value.ts';
import type { DemoWorld } from '../demo-world.ts';
import { ORGANISATIONS } from './cast.ts';

/** A party as the agreement names it, with its rule for signing. */
export function party(
  world: DemoWorld,
  key: string,
  given: {
    readonly kind: string;
    readonly part: 'lead' | 'partner';
    readonly notices: string;
    /** Keys of those who sign, in this order; anybody who may sign when it is empty. */
    readonly inOrder?: readonly string[];
  },
): JsonObject {
  const { kind, part, notices, inOrder = [] } = given;
  const mailbox = world.person(notices);
  return {
    organisation: world.organisation(key),
    name: ORGANISATIONS[key]?.name ?? key,
    kind,
    address: ORGANISATIONS[key]?.address ?? '',
    part,
    notices: { name: mailbox.name, email: mailbox.email },
    signing: {
      required: Math.max(1, inOrder.length),
      inOrder: inOrder.length > 1,
      signatories: inOrder.map((who) => world.person(who).id),
    },
  };
}

/** Fills in the agreement, form by form. */
export async function writeAgreement(
  world: DemoWorld,
  who: string,
  agreement: string,
  forms: Readonly<Record<string, JsonObject>>,
): Promise<void> {
  for (const [event, fields] of Object.entries(forms)) {
    await world.act(who, agreement, event, fields);
  }
}

/** Each representative agrees on the text, from the link in the mail. */
export async function agreeOnText(
  world: DemoWorld,
  agreement: string,
  representatives: readonly string[],
): Promise<void> {
  for (const who of representatives) {
    await world.actByMail(who, agreement, 'AGREE_TEXT', { agrees: true });
  }
}

/** An executive signs from the link in the mail, without an account. */
export async function sign(
  world: DemoWorld,
  agreement: string,
  who: string,
  position: string,
  authority: string,
): Promise<void> {
  await world.actByMail(who, agreement, 'SIGN', {
    fullName: world.person(who).name,
    position,
    authority,
    confirmed: true,
  });
}
