import type { Services } from '../../services.ts';
import type { InstanceView } from '../../use-cases/read-instance.ts';
import { bannersOf } from '../banners-of.ts';
import type { OwnFrame } from '../page-context.ts';

/** The frame of every page about an instance: the way here, and what must not be overlooked. */
export async function instanceFrame(
  services: Pick<Services, 'store'>,
  view: Pick<InstanceView, 'id' | 'title' | 'partnership' | 'parent' | 'place'>,
  below: string | null,
): Promise<OwnFrame> {
  const { store } = services;
  const { id, title, partnership, parent } = view;
  const known = partnership && (await store.directory.partnership(partnership.id));
  const course = known ? await store.instances.get(known.instance) : undefined;
  const isCourse = known?.instance === id;
  return {
    title: below === null ? title : `${below}: ${title}`,
    banners: await bannersOf(services, view),
    breadcrumbs: [
      { text: 'Partnerships', href: '/partnerships' },
      ...(partnership && !isCourse
        ? [{ text: course?.title ?? partnership.title, href: `/partnerships/${partnership.id}` }]
        : []),
      ...(parent && parent.id !== known?.instance
        ? [{ text: parent.title, href: `/instances/${parent.id}` }]
        : []),
      below === null ? { text: title } : { text: title, href: `/instances/${id}` },
      ...(below === null ? [] : [{ text: below }]),
    ],
  };
}
