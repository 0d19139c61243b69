// Bytes of a JSON text with a place in them, as the two byte-wise JSON readers of old servers have
// it. Their error texts quote what is around that place.

export class JsonReader {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(text: string) {
    this.bytes = new TextEncoder().encode(text);
  }

  /** The next byte as a character; empty at the end. */
  next(): string {
    const byte = this.bytes[this.at];
    if (byte === undefined) return "";
    this.at++;
    return String.fromCharCode(byte);
  }

  /** The next byte that is no white space. */
  nextToken(): string {
    for (;;) {
      const char = this.next();
      if (char !== " " && char !== "\n" && char !== "\t" && char !== "\r") return char;
    }
  }

  /**
   * Moves behind the value of JSON that begins here, which is known to be sound, and returns it.
   */
  value(): unknown {
    const from = this.at;
    let depth = 0;
    for (;;) {
      const char = this.next();
      if (char === '"') this.#string();
      else if (char === "{" || char === "[") depth++;
      else if (char === "}" || char === "]") depth--;
      if (depth === 0 && (char === '"' || char === "}" || char === "]" || !this.#inWord(char)))
        break;
    }
    return JSON.parse(this.text(from, this.at));
  }

  /** Behind the opening quote: the string, and the place behind its closing one. */
  #string(): void {
    for (;;) {
      const char = this.next();
      if (char === '"' || char === "") return;
      if (char === "\\") this.at++;
    }
  }

  /** True if a number, `true`, `false` or `null` goes on behind `char`. */
  #inWord(char: string): boolean {
    const next = this.bytes[this.at];
    return next !== undefined && wordChar.test(char) && wordChar.test(String.fromCharCode(next));
  }

  /** What stands between two places, cut to the text's ends. */
  text(from: number, to: number): string {
    return new TextDecoder().decode(this.bytes.subarray(Math.max(from, 0), to));
  }
}

const wordChar = /[-+.\w]/;
