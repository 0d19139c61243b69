// Cuts what is typed into statements: at `;`, `\g` and `\G`, or at a line that is a command of the
// client itself. client/mysql.cc add_line.

export interface Piece {
  readonly kind: "statement" | "command";
  readonly text: string;
  readonly vertical: boolean;
  /** The line that it began in. */
  readonly line: number;
}

/** Commands of a whole line, and their short forms. */
const words =
  /^\s*(use|status|quit|exit|help|source|system|clear|tee|notee|prompt|warnings|nowarnings|delimiter|rehash|connect|pager|nopager|print|ego|go|edit)\b/i;

export class Splitter {
  delimiter = ";";
  #buffer = "";
  #line = 0;
  #began = 1;
  #quote: "" | "'" | '"' | "`" | "/*" = "";

  /** True while a statement has begun and not ended. */
  get open(): boolean {
    return this.#buffer.trim() !== "" || this.#quote !== "";
  }

  /** What the prompt shows while it waits for more. */
  get waitsFor(): string {
    return this.#quote === "" ? "-" : this.#quote;
  }

  clear(): void {
    this.#buffer = "";
    this.#quote = "";
  }

  /** One more line, without its newline; what is complete now. */
  add(line: string): Piece[] {
    this.#line++;
    if (!this.open) {
      this.#began = this.#line;
      this.#buffer = "";
      const [, word] = words.exec(line) ?? [];
      if (word !== undefined)
        return [this.#piece("command", line.trim().replace(/;\s*$/, ""), false)];
    }
    const pieces: Piece[] = [];
    for (let i = 0; i < line.length; i++) {
      const two = line.slice(i, i + 2);
      if (this.#quote !== "") {
        i += this.#quoted(line, i);
        continue;
      }
      if (line.startsWith(this.delimiter, i)) {
        pieces.push(this.#take(false));
        i += this.delimiter.length - 1;
      } else if (two === "\\G" || two === "\\g") {
        pieces.push(this.#take(two === "\\G"));
        i++;
      } else if (two === "\\c") {
        this.clear();
        i++;
      } else if (/^\\[suqhw.!WpTtPn#]$/.test(two)) {
        pieces.push(
          this.#piece("command", `${two} ${line.slice(i + 2).replace(/;\s*$/, "")}`.trim(), false),
        );
        this.clear();
        return pieces;
      } else if (line.charAt(i) === "#" || /^--(?:\s|$)/.test(line.slice(i, i + 3))) break;
      else {
        if (/['"`]/.test(line.charAt(i))) this.#quote = line.charAt(i) as "'";
        else if (two === "/*") this.#quote = "/*";
        this.#buffer += line.charAt(i);
      }
    }
    if (this.#buffer !== "") this.#buffer += "\n";
    return pieces.filter(({ kind, text }) => kind === "command" || text !== "");
  }

  /** What is left at the end of the input. */
  rest(): Piece | undefined {
    return this.#buffer.trim() === "" ? undefined : this.#take(false);
  }

  /** How many characters more than one it took. */
  #quoted(line: string, i: number): number {
    const letter = line.charAt(i);
    if (this.#quote === "/*") {
      const ends = line.startsWith("*/", i);
      this.#buffer += ends ? "*/" : letter;
      if (ends) this.#quote = "";
      return ends ? 1 : 0;
    }
    if (letter === "\\" && this.#quote !== "`") {
      this.#buffer += line.slice(i, i + 2);
      return 1;
    }
    this.#buffer += letter;
    if (letter === this.#quote) this.#quote = "";
    return 0;
  }

  #take(vertical: boolean): Piece {
    const piece = this.#piece("statement", this.#buffer.trim(), vertical);
    this.#buffer = "";
    this.#began = this.#line;
    return piece;
  }

  #piece(kind: Piece["kind"], text: string, vertical: boolean): Piece {
    return { kind, text, vertical, line: this.#began };
  }
}
