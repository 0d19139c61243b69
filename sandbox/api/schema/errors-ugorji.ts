// What servers and clients until 1.7 say of JSON that does not fit its type: the first thing that
// is wrong, and how many bytes had been read. github.com/ugorji/go/codec, json.go and decode.go,
// and the generated readers of Kubernetes (types.generated.go).

import { assert } from "../../sim/assert.ts";
import type { Definitions } from "./definitions.ts";
import type { Definition, Type } from "./field.ts";
import { JsonReader } from "./json-reader.ts";
import { badBase64At, refusal } from "./scalars.ts";

/** The message for `text`, an object of `definition`; undefined if it fits. */
export function ugorjiError(
  definitions: Definitions,
  definition: Definition,
  text: string,
): string | undefined {
  try {
    new Codec(definitions, text).struct(definition);
    return undefined;
  } catch (error) {
    if (error instanceof Unfit) return error.message;
    throw error;
  }
}

/** Ends the reading, as upstream does by a panic. */
class Unfit extends Error {}

class Codec {
  readonly #definitions: Definitions;
  readonly #reader: JsonReader;

  constructor(definitions: Definitions, text: string) {
    this.#definitions = definitions;
    this.#reader = new JsonReader(text);
  }

  #error(message: string): never {
    throw new Unfit(`[pos ${this.#reader.at}]: ${message}`);
  }

  /** The first character of the next value; it has then been read. */
  #first(): string {
    return this.#reader.nextToken();
  }

  #expect(wanted: string): void {
    const char = this.#first();
    if (char !== wanted) this.#error(`json: expect char '${wanted}' but got char '${char}'`);
  }

  /** True, and it has been read, if the next value is null. */
  #isNil(): boolean {
    if (this.#first() === "n") {
      this.#reader.at += 3;
      return true;
    }
    this.#reader.at--;
    return false;
  }

  struct(definition: Definition): void {
    const char = this.#first();
    // differs: a list is refused here; upstream took its items for the fields, in order.
    if (char !== "{") throw new Unfit("only encoded map or array can be decoded into a struct");
    this.#members((name) => {
      const field = definition.fields.get(name);
      if (!field) this.#skip();
      else if (!this.#isNil()) this.#value(field.type);
    });
  }

  /** Everything between `{`, which has been read, and `}`. */
  #members(read: (name: string) => void): void {
    for (let char = this.#first(); char !== "}"; char = this.#first()) {
      if (char === ",") this.#first();
      this.#reader.at--;
      const name = this.#reader.value();
      assert(typeof name === "string", "a JSON object has names");
      this.#expect(":");
      read(name);
    }
  }

  #value(type: Type): void {
    switch (type.is) {
      case "pointer":
        this.#value(type.of);
        return;
      case "string":
        this.#string();
        return;
      case "int32":
      case "int64":
        this.#int(type.is);
        return;
      case "bool": {
        const char = this.#first();
        if (char !== "t" && char !== "f") this.#error(`json: decode bool: got first char ${char}`);
        this.#reader.at += char === "t" ? 3 : 4;
        return;
      }
      case "list":
        this.#list(type.of);
        return;
      case "map":
        this.#expect("{");
        this.#members(() => {
          if (!this.#isNil()) this.#value(type.of);
        });
        return;
      case "struct":
        this.struct(this.#definitions.must(type.key));
        return;
      case "bytes": {
        const text = this.#string();
        const bad = badBase64At(text);
        if (bad !== undefined) {
          const why = `illegal base64 data at input byte ${bad}`;
          this.#error(`json: error decoding base64 binary '${text}': ${why}`);
        }
        return;
      }
      default: {
        const why = refusal(type.is, this.#skip());
        if (why !== undefined) throw new Unfit(why);
      }
    }
  }

  #string(): string {
    this.#expect('"');
    this.#reader.at--;
    const value = this.#reader.value();
    assert(typeof value === "string", "what begins with a quote is a string");
    return value;
  }

  /** Numbers may stand in quotes. */
  #int(is: "int32" | "int64"): void {
    let char = this.#first();
    const isQuoted = char === '"';
    if (isQuoted) char = this.#reader.next();
    if (!/[-+.\d]/.test(char)) this.#error(`json: decNum: got first char '${char}'`);
    let text = char;
    for (char = this.#reader.next(); /[-+.eE\d]/.test(char); char = this.#reader.next())
      text += char;
    if (!isQuoted) this.#reader.at--;
    const value = Number(text);
    if (!Number.isInteger(value)) this.#error("json: fractional integer");
    if (is === "int32" && Math.abs(value) >= 2 ** 31) this.#error("json: overflow 32 bits: ");
  }

  #list(type: Type): void {
    const char = this.#first();
    if (char === "{") {
      // Upstream reads the names and values of an object as the items of a list.
      this.#first();
      this.#reader.at--;
      this.#value(type);
      return;
    }
    if (char !== "[") {
      const kind = char === '"' ? 6 : 0;
      this.#error(`only encoded map or array can be decoded into a slice (${kind})`);
    }
    for (let next = this.#first(); next !== "]"; next = this.#first()) {
      if (next !== ",") this.#reader.at--;
      if (!this.#isNil()) this.#value(type);
    }
  }

  #skip(): unknown {
    this.#first();
    this.#reader.at--;
    return this.#reader.value();
  }
}
