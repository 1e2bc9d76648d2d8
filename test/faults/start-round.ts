import { fileURLToPath } from 'node:url';
import type { TwoOrganisations } from './two-organisations.ts';

/** The workflows that a round needs besides that of the partnership. */
export const ROUND_WORKFLOWS = ['approval-round', 'errand'].map((name) =>
  fileURLToPath(new URL(`./workflows/${name}.json`, import.meta.url)),
);

/** Starts an approval round over the API, which makes mails to its executives due. */
export async function startRound(
  url: string,
  { token, partnership }: Pick<TwoOrganisations, 'token' | 'partnership'>,
): Promise<void> {
  const answer = await fetch(`${url}/api/v1/instances`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ workflow: 'approval-round', partnership, form: { subject: 'A van' } }),
  });
  if (answer.status !== 201) throw new Error(`a start was answered ${await answer.text()}`);
}
