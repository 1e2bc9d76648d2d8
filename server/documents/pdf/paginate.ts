import type { PageBox } from './page-box.ts';

/** A box at its place on a page; `isRepeat` marks the head of a table painted again. */
interface PlacedBox {
  readonly box: PageBox;
  readonly y: number;
  readonly isRepeat: boolean;
}

export type Page = readonly PlacedBox[];

/**
 * Puts boxes on pages between `top` and `bottom` (points from the upper edge). Boxes that must keep
 * with the next go over the page together, unless they would not fit on one page anyway.
 */
export function paginate(boxes: readonly PageBox[], top: number, bottom: number): Page[] {
  const pages: PlacedBox[][] = [[]];
  let y = top;
  for (const [index, box] of boxes.entries()) {
    const page = pages.at(-1) ?? [];
    const isHead = page.length === 0;
    const needed = (isHead ? 0 : box.gap) + groupHeight(boxes, index, bottom - top);
    if (!isHead && (box.newPage === true || y + needed > bottom + 0.01)) {
      pages.push([]);
      y = top;
    }
    const current = pages.at(-1) ?? [];
    if (current.length === 0 && box.repeat !== undefined && index > 0) {
      current.push({ box: box.repeat, y, isRepeat: true });
      y += box.repeat.height;
    } else if (current.length > 0) {
      y += box.gap;
    }
    current.push({ box, y, isRepeat: false });
    y += box.height;
  }
  return pages;
}

/** The height of a box and of all that must stand with it; its own where they fill a page. */
function groupHeight(boxes: readonly PageBox[], from: number, most: number): number {
  let height = boxes[from]?.height ?? 0;
  for (let index = from; boxes[index]?.keepWithNext === true; index += 1) {
    const next = boxes[index + 1];
    if (next === undefined || next.newPage === true) break;
    height += next.gap + next.height;
    if (height > most) return boxes[from]?.height ?? 0;
  }
  return height;
}
