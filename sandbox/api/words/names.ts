// What the API server says of names that it refuses.

export interface NameWords {
  /** Of what must be a DNS subdomain: most names. */
  readonly subdomainRule: string;
  /** Of what must be one DNS label. */
  readonly labelRule: string;
  /** Patterns are given without a word of explanation (until 1.5). */
  readonly bareRegexes: boolean;
}
