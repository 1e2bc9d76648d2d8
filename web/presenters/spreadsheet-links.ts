/** Where a table is taken as a file, for spreadsheets that split at a comma and for those that do not. */
export interface SpreadsheetLinks {
  readonly comma: string;
  readonly semicolon: string;
}

/** `query` begins with a question mark, or is empty. */
export function spreadsheetLinks(file: string, query: string): SpreadsheetLinks {
  return {
    comma: `${file}${query}`,
    semicolon: `${file}${query}${query === '' ? '?' : '&'}separator=semicolon`,
  };
}
