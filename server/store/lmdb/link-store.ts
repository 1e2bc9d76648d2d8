import { ConcordatError } from '../../../engine/errors.ts';
import type { LinkRecord } from '../link.ts';
import type { LinkStore } from '../link-store.ts';
import { FIRST_INSTANT, LAST_INSTANT } from './key.ts';
import { linksOf, planCopiedLink, planLink } from './link-record.ts';
import { readPage } from './read-page.ts';
import { unseal } from './seal.ts';
import { getJson, getText, type Tables } from './tables.ts';
import type { Writer } from './writer.ts';

export function createLmdbLinkStore(tables: Tables, writer: Writer): LinkStore {
  const links = linksOf(tables);
  const get = (id: string) => getJson(links, id);

  function listBy(kind: 'instance' | 'person', value: string): LinkRecord[] {
    const found: LinkRecord[] = [];
    const range = { start: [kind, value, FIRST_INSTANT], end: [kind, value, LAST_INSTANT] };
    for (const { key, value } of tables.linkIndex.getRange(range)) {
      const link = get(unseal(key, value));
      if (link !== undefined) found.push(link);
    }
    return found;
  }

  return {
    put: (link) => writer.write('link', (plan) => planLink(tables, plan, link)),
    get: async (id) => get(id),
    findByTokenHash: async (hash) => {
      const id = getText(tables.linkIndex, ['token', hash]);
      return id === undefined ? undefined : get(id);
    },
    listByInstance: async (instance) => listBy('instance', instance),
    listByPerson: async (person) => listBy('person', person),
    spend: (id, at) =>
      writer.write('link', (plan) => {
        const link = get(id);
        if (link?.state !== 'open') return false;
        plan.putJson(links, id, { ...link, state: 'used', usedAt: at });
        return true;
      }),
    countWrongCode: (id) =>
      writer.write('link', (plan) => {
        const link = get(id);
        if (link === undefined) throw new ConcordatError('not-found', `no link ${id}`);
        const codeTries = link.codeTries + 1;
        plan.putJson(links, id, { ...link, codeTries });
        return codeTries;
      }),
    all: async (page) => readPage(links, page),
    copy: async (copied) => {
      await Promise.all(
        copied.map((link) => writer.write('copy', (plan) => planCopiedLink(tables, plan, link))),
      );
    },
  };
}
