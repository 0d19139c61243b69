// What the reader of YAML says when it cannot read.

/** `yaml: line 4: found character that cannot start any token`. */
export class YamlError extends Error {
  override readonly name = "YamlError";
  /** The line is left out if it is 0. */
  constructor(problem: string, line: number) {
    super(`yaml: ${line > 0 ? `line ${line}: ` : ""}${problem}`);
  }
}
