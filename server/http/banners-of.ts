import { presentBanner } from '../../web/presenters/banner.ts';
import type { Services } from '../services.ts';
import type { InstanceView } from '../use-cases/read-instance.ts';
import type { OwnFrame } from './page-context.ts';

/** What must not be overlooked on any page about an instance: its own, and its partnership's. */
export async function bannersOf(
  { store }: Pick<Services, 'store'>,
  { partnership, place }: Pick<InstanceView, 'partnership' | 'place'>,
): Promise<NonNullable<OwnFrame['banners']>> {
  const known = partnership && (await store.directory.partnership(partnership.id));
  const course = known ? await store.instances.get(known.instance) : undefined;
  const banners = [place.banner, course?.banner].filter((text) => text != null);
  return [...new Set(banners)].map(presentBanner);
}
