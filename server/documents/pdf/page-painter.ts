import { COLOUR, PAGE } from './page-style.ts';
import type { Decoration, Fragment, Piece, StructureNode } from './page-box.ts';

/** Paints pieces of laid-out pages into a PDF and keeps its structure tree as it goes. */
export interface PagePainter {
  /** Text and links that belong to the document, at `y` points from the upper edge. */
  paintPiece(piece: Piece, y: number): void;
  paintText(fragment: Fragment, at: { x: number; y: number; size: number; colour: string }): void;
  /** Paints what screen readers pass over. */
  paintArtifact(kind: 'Layout' | 'Pagination', paint: () => void): void;
  paintDecoration(decoration: Decoration, y: number): void;
  /** Ends what is open on this page, before the next one begins. */
  finishPage(): void;
}

export interface PainterOptions {
  /** Anchors that stand somewhere in the document. */
  readonly pageOfAnchor: ReadonlyMap<string, number>;
  readonly root: StructureNode;
}

type Element = PDFKit.PDFStructureElement;

export function createPagePainter(
  document: PDFKit.PDFDocument,
  options: PainterOptions,
): PagePainter {
  const elements = new Map<StructureNode, Element>();
  let open: StructureNode | undefined;

  function elementOf(node: StructureNode): Element {
    const known = elements.get(node);
    if (known !== undefined) return known;
    // PDFKit knows `scope` for the heads of tables; its types do not.
    const attributes: object = node.scope === undefined ? {} : { scope: node.scope };
    const element = document.struct(node.type, attributes);
    if (node.listNumbering !== undefined) setListNumbering(element, node.listNumbering);
    elements.set(node, element);
    if (node.parent === undefined) document.addStructure(element);
    else elementOf(node.parent).add(element);
    return element;
  }

  /** Lines of one paragraph share one marked sequence, so that they are read in one go. */
  function enter(node: StructureNode): void {
    if (open === node) return;
    leave();
    const element = elementOf(node);
    element.add(document.markStructureContent(node.type));
    open = node;
  }

  function leave(): void {
    if (open === undefined) return;
    document.endMarkedContent();
    open = undefined;
  }

  const painter: PagePainter = {
    paintPiece(piece, y) {
      const { node, size, colour } = piece;
      const top = y + piece.dy;
      if (piece.pageNumberOf !== undefined) {
        paintPageNumber(piece, top);
        return;
      }
      if (piece.line === undefined || piece.line.fragments.length === 0) {
        elementOf(node);
        return;
      }
      for (const fragment of piece.line.fragments) {
        const at = { x: piece.x + fragment.x, y: top, size, colour };
        const target = linkTarget(fragment.link);
        if (target === undefined) {
          enter(node);
          painter.paintText(fragment, at);
        } else {
          paintLink(node, fragment, at, target);
        }
      }
    },

    paintText(fragment, at) {
      document.font(fragment.style).fontSize(at.size).fillColor(at.colour);
      const drop = (at.size * 1.4 - document.currentLineHeight(false)) / 2;
      if (fragment.actual !== undefined) document.markContent('Span', { actual: fragment.actual });
      document.text(fragment.text, at.x, at.y + drop, { lineBreak: false });
      if (fragment.actual !== undefined) document.endMarkedContent();
    },

    paintArtifact(kind, paint) {
      leave();
      document.markContent('Artifact', { type: kind });
      paint();
      document.endMarkedContent();
    },

    paintDecoration({ x, dy, width, height, colour }, y) {
      const top = Math.max(y + dy, PAGE.top - 4);
      document.rect(x, top, width, y + dy + height - top).fill(colour);
    },

    finishPage: leave,
  };

  /** A link inside the document whose anchor stands nowhere is plain text. */
  function linkTarget(link: string | undefined): string | undefined {
    if (link === undefined) return undefined;
    return link.startsWith('#') && !options.pageOfAnchor.has(link.slice(1)) ? undefined : link;
  }

  /** One Link element for each line of a link: its annotation cannot stand on two pages. */
  function paintLink(
    parent: StructureNode,
    fragment: Fragment,
    at: { x: number; y: number; size: number; colour: string },
    target: string,
  ): void {
    leave();
    const link: StructureNode = { type: 'Link', parent };
    enter(link);
    const isInside = target.startsWith('#');
    const colour = isInside ? at.colour : COLOUR.accent;
    painter.paintText(fragment, { ...at, colour });
    leave();
    const element = elementOf(link);
    const annotation = {
      structParent: element,
      // PDFKit writes a primitive string as a name; a text has to be a String object.
      // oxlint-disable-next-line no-new-wrappers
      Contents: new String(isInside ? `Go to ${fragment.text.trim()}` : target),
    } as unknown as PDFKit.Mixins.AnnotationOption;
    const height = at.size * 1.4;
    if (isInside) document.goTo(at.x, at.y, fragment.width, height, target.slice(1), annotation);
    else document.link(at.x, at.y, fragment.width, height, target, annotation);
    // Ended here, while its page is the current one: PDFKit notes that page for the annotation.
    element.end();
  }

  function paintPageNumber(piece: Piece, top: number): void {
    const page = options.pageOfAnchor.get(piece.pageNumberOf ?? '');
    if (page === undefined) return;
    const text = `${page}`;
    enter(piece.node);
    document.font('regular').fontSize(piece.size);
    const width = document.widthOfString(text);
    const fragment: Fragment = { text, x: 0, width, style: 'regular' };
    painter.paintText(fragment, { ...piece, x: piece.x - width, y: top });
  }

  elementOf(options.root);
  return painter;
}

/** PDF/UA asks lists with labels to say how these count; PDFKit has no option for it. */
function setListNumbering(element: Element, numbering: string): void {
  const { dictionary } = element as unknown as { dictionary: { data: Record<string, unknown> } };
  dictionary.data['A'] = { O: 'List', ListNumbering: numbering };
}
