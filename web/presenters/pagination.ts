interface PageNumber {
  readonly gap?: true;
  readonly number?: number;
  readonly href?: string;
  readonly current?: boolean;
}

export interface PaginationView {
  readonly previous: string;
  readonly next: string;
  readonly pages: readonly PageNumber[];
}

/** The numbers worth showing: the first, the last, and those beside the current one. */
export function presentPagination(given: {
  readonly current: number;
  readonly total: number;
  readonly href: (page: number) => string;
}): PaginationView {
  const { current, total, href } = given;
  const shown = [1, current - 1, current, current + 1, total].filter(
    (page, index, all) => page >= 1 && page <= total && all.indexOf(page) === index,
  );
  const pages = shown.flatMap<PageNumber>((number, index) => {
    const before = shown[index - 1];
    const page = { number, href: href(number), current: number === current };
    return before !== undefined && number - before > 1 ? [{ gap: true }, page] : [page];
  });
  return {
    previous: current > 1 ? href(current - 1) : '',
    next: current < total ? href(current + 1) : '',
    pages,
  };
}
