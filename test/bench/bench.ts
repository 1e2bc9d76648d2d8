/** One line of the table: what was measured, beside what this machine could do at best. */
export interface Measured {
  readonly what: string;
  readonly measured: string;
  /** Of the same run: without it a number says more of the machine than of the program. */
  readonly floor: string;
  readonly ratio: string;
  readonly wanted: string;
  readonly met: boolean;
}

export interface Bench {
  readonly name: string;
  readonly title: string;
  /** Its lines all together, or each as it ends where that takes long. */
  run(options: { readonly short: boolean }): Promise<readonly Measured[]> | AsyncIterable<Measured>;
}
