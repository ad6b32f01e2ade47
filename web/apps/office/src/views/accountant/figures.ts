/** A column of a table that is there as a whole: what is written is ready to be read. */
export interface Figures<Row> {
  name: string;
  title: string;
  /** Figures stand under each other. */
  figure?: boolean;
  read: (row: Row) => string;
}
