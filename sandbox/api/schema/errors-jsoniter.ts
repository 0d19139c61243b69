// What servers from 1.8 to 1.22 say of JSON that does not fit its type. Their reader goes on after
// its first error as long as it finds commas, and puts every field that it passes in front of the
// message; so the reader itself has to be gone through. github.com/json-iterator/go, iter*.go,
// reflect_*.go.

import type { Definitions } from "./definitions.ts";
import type { Definition, Field, Type } from "./field.ts";
import { goTypeName, goTypeOf } from "./go-names.ts";
import { JsonReader } from "./json-reader.ts";
import { badBase64At, refusal } from "./scalars.ts";

/** The message for `text`, an object of `definition`; undefined if it fits. */
export function jsoniterError(
  definitions: Definitions,
  definition: Definition,
  text: string,
): string | undefined {
  const iterator = new Iterator(definitions, text);
  iterator.struct(definition);
  return iterator.error;
}

class Iterator {
  error: string | undefined;
  readonly #definitions: Definitions;
  readonly #reader: JsonReader;

  constructor(definitions: Definitions, text: string) {
    this.#definitions = definitions;
    this.#reader = new JsonReader(text);
  }

  #report(operation: string, message: string): void {
    if (this.error !== undefined) return;
    const { at } = this.#reader;
    const near = this.#reader.text(at - 10, at + 10);
    const far = this.#reader.text(at - 50, at + 50);
    const where = `error found in #${Math.min(at, 10)} byte of ...|${near}|...`;
    this.error = `${operation}: ${message}, ${where}, bigger context ...|${far}|...`;
  }

  #prefix(text: string): void {
    if (this.error !== undefined) this.error = text + this.error;
  }

  /** Goes one byte back, but not once there was an error. */
  #unread(): void {
    if (this.error === undefined) this.#reader.at--;
  }

  /** Reads the rest of a word, up to the first letter that is not its own. */
  #expect(rest: string): void {
    for (const letter of rest) if (this.#reader.next() !== letter) return;
  }

  struct(definition: Definition): void {
    if (!this.#objectStart()) return;
    // Structs of up to ten fields find them by a hash, larger ones by name.
    const isSmall = definition.fields.size <= 10;
    for (;;) {
      const name = isSmall ? this.#hashedName() : this.#readString();
      if (!isSmall && this.#reader.nextToken() !== ":") this.#report("ReadObject", "expect :");
      const field = name === undefined ? undefined : definition.fields.get(name);
      if (field) this.#field(field);
      else this.#skip();
      if (this.#reader.nextToken() !== ",") break;
    }
    this.#prefix(`${goTypeName(definition.key)}.`);
  }

  #field({ goName, through, type }: Field): void {
    this.#value(type);
    this.#prefix(`${[...through, goName].join(": ")}: `);
  }

  #objectStart(): boolean {
    const char = this.#reader.nextToken();
    if (char === "{") {
      if (this.#reader.nextToken() === "}") return false;
      this.#unread();
      return true;
    }
    if (char === "n") this.#expect("ull");
    else this.#report("readObjectStart", `expect { or n, but found ${char}`);
    return false;
  }

  #hashedName(): string | undefined {
    if (this.#reader.nextToken() !== '"') return undefined;
    const name = this.#restOfString();
    return this.#reader.nextToken() === ":" ? name : undefined;
  }

  #restOfString(): string {
    const from = this.#reader.at;
    for (;;) {
      const char = this.#reader.next();
      if (char === '"' || char === "") break;
      if (char === "\\") this.#reader.at++;
    }
    return this.#reader.text(from, this.#reader.at - 1);
  }

  #readString(): string {
    const char = this.#reader.nextToken();
    if (char === '"') return this.#restOfString();
    if (char === "n") this.#expect("ull");
    else this.#report("ReadString", `expects " or n, but found ${char}`);
    return "";
  }

  #readNil(): boolean {
    if (this.#reader.nextToken() === "n") {
      this.#expect("ull");
      return true;
    }
    this.#unread();
    return false;
  }

  #value(type: Type): void {
    switch (type.is) {
      case "string":
        this.#readString();
        return;
      case "int32":
      case "int64":
        if (!this.#readNil()) this.#int(type.is);
        return;
      case "bool":
        if (!this.#readNil()) this.#bool();
        return;
      case "pointer":
        if (!this.#readNil()) this.#value(type.of);
        return;
      case "list":
        this.#list(type.of);
        this.#prefix(`${goTypeOf(type)}: `);
        return;
      case "map":
        this.#map(type.of);
        return;
      case "struct":
        this.struct(this.#definitions.must(type.key));
        return;
      case "bytes":
        this.#bytes();
        return;
      default: {
        this.#reader.nextToken();
        this.#unread();
        const value = this.#skip();
        const why = value === null ? undefined : refusal(type.is, value);
        if (why !== undefined) this.#report("unmarshalerDecoder", why);
      }
    }
  }

  #int(is: "int32" | "int64"): void {
    const operation = is === "int32" ? "readUint32" : "readUint64";
    let char = this.#reader.nextToken();
    const negative = char === "-";
    if (negative) char = this.#reader.next();
    // The offending byte is printed as the number -1, which is no character.
    if (!/\d/.test(char)) {
      this.#report(operation, "unexpected character: \ufffd");
      return;
    }
    let digits = char;
    while (char !== "0" && /\d/.test(this.#peek())) digits += this.#reader.next();
    if (this.#peek() === ".") this.#report("assertInteger", "can not decode float as int");
    const limit = is === "int32" ? 2n ** 31n : 2n ** 63n;
    const value = BigInt(digits);
    if (value >= limit * 2n) this.#report(operation, "overflow");
    else if (negative ? value > limit : value >= limit) {
      this.#report(is === "int32" ? "ReadInt32" : "ReadInt64", `overflow: ${value}`);
    }
  }

  #peek(): string {
    return this.#reader.text(this.#reader.at, this.#reader.at + 1);
  }

  #bool(): void {
    const char = this.#reader.nextToken();
    if (char === "t") this.#expect("rue");
    else if (char === "f") this.#expect("alse");
    else this.#report("ReadBool", `expect t or f, but found ${char}`);
  }

  #bytes(): void {
    if (this.#readNil()) return;
    const first = this.#reader.nextToken();
    this.#unread();
    if (first !== '"') {
      this.#report("base64Codec", "invalid input");
      return;
    }
    const bad = badBase64At(this.#readString());
    if (bad !== undefined) {
      this.#report("decode base64", `illegal base64 data at input byte ${bad}`);
    }
  }

  #list(type: Type): void {
    const char = this.#reader.nextToken();
    if (char === "n") {
      this.#expect("ull");
      return;
    }
    if (char !== "[") {
      this.#report("decode slice", `expect [ or n, but found ${char}`);
      return;
    }
    if (this.#reader.nextToken() === "]") return;
    this.#unread();
    do this.#value(type);
    while (this.#reader.nextToken() === ",");
  }

  #map(type: Type): void {
    const char = this.#reader.nextToken();
    if (char === "n") {
      this.#expect("ull");
      return;
    }
    if (char !== "{") {
      this.#report("ReadMapCB", `expect { or n, but found ${char}`);
      return;
    }
    if (this.#reader.nextToken() === "}") return;
    this.#unread();
    do {
      this.#readString();
      if (this.#reader.nextToken() !== ":") return;
      this.#value(type);
    } while (this.#reader.nextToken() === ",");
  }

  /** Reads over a value; after an error that goes astray, as one byte cannot be put back. */
  #skip(): unknown {
    if (this.error === undefined) {
      this.#reader.nextToken();
      this.#reader.at--;
      return this.#reader.value();
    }
    const char = this.#reader.nextToken();
    if (char === '"') this.#restOfString();
    else if (char === "n") this.#expect("ull");
    else if (char === "t") this.#expect("rue");
    else if (char === "f") this.#expect("alse");
    else if (char === "[" || char === "{" || char === "0") this.#reader.nextToken();
    else if (/[-\d]/.test(char)) while (/[\d.]/.test(this.#peek())) this.#reader.at++;
    return null;
  }
}
