/** A cell of `partials/table`. */
export interface TableCell {
  readonly text: string;
  /** The column's name, which stands before the cell on a phone. */
  readonly label?: string;
  /** Names the row. */
  readonly header?: true;
  readonly href?: string;
  /** Colour of a tag. */
  readonly tag?: string;
  readonly urgent?: boolean;
  readonly numeric?: boolean;
  /** A second, quieter line. */
  readonly note?: string;
  readonly noteUrgent?: boolean;
}

/** What `partials/table` shows. */
export interface TableView {
  readonly caption?: string;
  /** Wide first column; so that tables below each other line up. */
  readonly layout?: 'record' | 'register' | 'mail' | 'dates';
  readonly columns: readonly {
    readonly text: string;
    readonly numeric?: boolean;
    /** Leads to the table in the order of this column. */
    readonly href?: string;
    readonly sorted?: 'ascending' | 'descending';
  }[];
  readonly rows: readonly { readonly cells: readonly TableCell[] }[];
}
