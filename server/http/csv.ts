/** Makes a spreadsheet read UTF-8 as what it is. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/u;
/** What would stand at the beginning of a cell, were the file read with another separator. */
const FORMULA_INSIDE = /([,;|\t\r\n]"*)(?=[=+\-@])/gu;

/** Between cells: spreadsheets split at a semicolon where people write a comma into numbers. */
export type CsvSeparator = ',' | ';';

/** The separator that an address asks for: `semicolon`, or as the standard has it. */
export function csvSeparator(asked: string): CsvSeparator {
  return asked === 'semicolon' ? ';' : ',';
}

/**
 * One line of a CSV file (RFC 4180), with its line end. What begins like a formula, or would with
 * another separator, is given an apostrophe before it, so that what somebody typed is never calculated
 * by whoever opens the file.
 */
export function csvLine(cells: readonly string[], separator: CsvSeparator = ','): string {
  return `${cells.map(csvCell).join(separator)}\r\n`;
}

function csvCell(text: string): string {
  const inside = text.replace(FORMULA_INSIDE, "$1'");
  const safe = FORMULA.test(inside) ? `'${inside}` : inside;
  return /[",;\t\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
