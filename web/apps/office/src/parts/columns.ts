/** How a list describes its columns: what is read from a row, and as what it is shown. */
export interface Column<Row> {
  /** Also the name of the slot that may show the cell its own way: `cell-tier`. */
  name: string;
  title: () => string;
  /** A `label` is a short name that never breaks: a tier. */
  as?: 'text' | 'label' | 'money' | 'moment' | 'day' | 'count' | 'percent';
  read: (row: Row) => string | number | null;
}

/** Whether a column's figures stand under each other. */
export function isFigure<Row>(column: Column<Row>): boolean {
  return column.as === 'money' || column.as === 'count' || column.as === 'percent';
}
