import mongoose, { type Model } from 'mongoose';
import type { Page, PageAsk } from '../page.ts';

/** A page of all documents of a collection, in the order of their ids. */
export async function readPage<D extends { readonly _id: string }>(
  model: Model<D>,
  { after, limit }: PageAsk,
): Promise<Page<D>> {
  const later = after === undefined ? {} : { _id: mongoose.trusted({ $gt: after }) };
  const records: readonly D[] = await model.find(later).sort({ _id: 1 }).limit(limit).lean<D[]>();
  const last = records.length < limit ? undefined : records.at(-1);
  return { records, next: last?._id ?? null };
}
