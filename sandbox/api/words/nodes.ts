// What the controllers of nodes call themselves, and what they write.

export interface NodeWords {
  /** Where the events of the node controller come from. */
  readonly source: string;
  /** In what it registers nodes. */
  readonly registry: string;
  /** Where the events of the taint manager come from. */
  readonly taintSource: string;
  /** The conditions, beside Ready, of which nothing is known when a node is silent. */
  readonly silenced: readonly string[];
}
