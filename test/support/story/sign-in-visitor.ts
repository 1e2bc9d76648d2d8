import type { Browser } from 'playwright-core';
import type { Person } from '../../../server/store/directory.ts';
import { makeSignInLink } from '../../../server/use-cases/sign-in.ts';
import type { TestServer } from '../test-server.ts';
import { press } from './answer-form.ts';
import { type Visitor, visitor } from './visitor.ts';

/** A real browser in which this person is signed in, by a real sign-in link. */
export async function signInVisitor(
  server: TestServer,
  browser: Browser,
  person: Person,
  options: { readonly width?: number } = {},
): Promise<Visitor> {
  const link = await makeSignInLink(server.services, person, { returnTo: null, lasts: 'PT30M' });
  const somebody = await visitor(browser, { ...options, url: server.url });
  await somebody.open(link.address);
  await press(somebody.page, somebody.page.getByRole('button', { name: 'Sign in' }));
  return somebody;
}
