/** What became of one event that a source sent. */
export interface IntakeAnswer {
  readonly outcome: 'accepted' | 'dropped' | 'dead-letter';
  /** The event's id where one was found. */
  readonly id: string | null;
  readonly reason: string | null;
  readonly detail: string;
}

/** Where events from outside enter the log. */
export interface Intake {
  /**
   * Takes a body of one or many events from a source; answers for each in order, after the copies
   * on all lanes are on disk.
   */
  submit(of: {
    readonly source: string;
    readonly contentType: string;
    readonly body: Uint8Array;
  }): Promise<readonly IntakeAnswer[]>;
}
