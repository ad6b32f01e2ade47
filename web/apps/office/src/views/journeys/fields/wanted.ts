/** A message that is to be sent: by which template, on which channels in which order. Units: minutes. */
export interface Wanted {
  template: string;
  channels: string[];
  valid_minutes: number;
  /** What fills the names that only a plan knows; kept as it is. */
  values?: Record<string, string | number>;
  /** Minor units. */
  expected_value_minor?: number;
}
