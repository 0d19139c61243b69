// What a decoder makes of a plain value: only the fields that its type has in this era, amounts and
// times in their one spelling, and nothing that Go would leave out again. Made for speed: it runs
// on every write. Whatever is wrong is only noticed here; strict.ts and errors-*.ts say what it is.

import { isFields } from "../patch.ts";
import type { Definitions } from "./definitions.ts";
import type { Definition, Type } from "./field.ts";
import { isInt32, readScalar } from "./scalars.ts";

type Fields = Record<string, unknown>;

export interface Decoding {
  /** A copy. Meaningless if something failed. */
  readonly value: Fields;
  /** There were fields that the type does not have. */
  readonly hasUnknown: boolean;
  /** There were values of a wrong type. */
  readonly failed: boolean;
}

export function decode(definitions: Definitions, definition: Definition, value: Fields): Decoding {
  const decoder = new Decoder(definitions);
  const decoded = decoder.object(definition, value);
  return { value: decoded, hasUnknown: decoder.hasUnknown, failed: decoder.failed };
}

/**
 * The same object as Go writes it: empty fields left out, those that are always written filled in.
 */
export function fill(definitions: Definitions, definition: Definition, value: Fields): Fields {
  const result: Fields = {};
  for (const [name, { type, whenEmpty }] of definition.fields) {
    const given = value[name];
    if (given !== undefined && given !== null) {
      const filled = fillValue(definitions, type, given);
      if (whenEmpty === "written" || !isEmpty(type, filled)) result[name] = filled;
    } else if (whenEmpty === "written") {
      result[name] = zero(definitions, type);
    } else if (type.is === "struct") {
      result[name] = fill(definitions, definitions.must(type.key), {});
    } else if (type.is === "quantity") result[name] = "0";
    else if (type.is === "int-or-string") result[name] = 0;
    // metav1.Time is a struct too; since 1.34 it is left out where it says so.
    else if (type.is === "time" || type.is === "microtime") {
      if (whenEmpty !== "omitted-zero") result[name] = null;
    }
  }
  return result;
}

function fillValue(definitions: Definitions, type: Type, value: unknown): unknown {
  switch (type.is) {
    case "pointer":
      return fillValue(definitions, type.of, value);
    case "list":
      return needsFilling(type.of) && Array.isArray(value)
        ? value.map((each) => fillValue(definitions, type.of, each))
        : value;
    case "map":
      return needsFilling(type.of) && isFields(value)
        ? Object.fromEntries(
            Object.entries(value).map(([key, each]) => [
              key,
              fillValue(definitions, type.of, each),
            ]),
          )
        : value;
    case "struct":
      return isFields(value) ? fill(definitions, definitions.must(type.key), value) : value;
    default:
      return value;
  }
}

const needsFilling = (type: Type): boolean =>
  type.is === "struct" || ("of" in type && needsFilling(type.of));

/** What Go writes for a field that nothing was put into. */
function zero(definitions: Definitions, type: Type): unknown {
  switch (type.is) {
    case "string":
      return "";
    case "int32":
    case "int64":
    case "int-or-string":
      return 0;
    case "bool":
      return false;
    case "quantity":
      return "0";
    case "struct":
      return fill(definitions, definitions.must(type.key), {});
    default:
      return null;
  }
}

/** Empty as `omitempty` means it: structs and what is pointed to never are. */
function isEmpty(type: Type, value: unknown): boolean {
  switch (type.is) {
    case "string":
    case "bytes":
      return value === "";
    case "int32":
    case "int64":
      return value === 0;
    case "bool":
      return value === false;
    case "list":
      return Array.isArray(value) && value.length === 0;
    case "map": {
      for (const _ in value as object) return false;
      return true;
    }
    default:
      return false;
  }
}

/** A struct of which nothing is set: to Go the same as none. */
function isBare(value: unknown): boolean {
  for (const _ in value as object) return false;
  return true;
}

class Decoder {
  hasUnknown = false;
  failed = false;
  readonly #definitions: Definitions;

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /** The whole; its own structs are kept even if they are empty. */
  object(definition: Definition, value: Fields): Fields {
    const result = this.struct(definition, value);
    for (const [name, { type }] of definition.fields) {
      if (type.is === "struct" && isFields(value[name])) result[name] ??= {};
    }
    return result;
  }

  struct({ fields }: Definition, value: Fields): Fields {
    const result: Fields = {};
    for (const name in value) {
      const given = value[name];
      if (given === undefined) continue;
      const field = fields.get(name);
      if (!field) {
        this.hasUnknown = true;
        continue;
      }
      if (given === null) continue;
      const read = this.#value(field.type, given);
      const isNothing = field.type.is === "struct" ? isBare(read) : isEmpty(field.type, read);
      if (!isNothing || (field.whenEmpty === "written" && field.type.is !== "struct")) {
        result[name] = read;
      }
    }
    return result;
  }

  #value(type: Type, value: unknown): unknown {
    switch (type.is) {
      case "pointer":
        return this.#value(type.of, value);
      case "string":
        return typeof value === "string" ? value : this.#fail();
      case "int32":
        return isInt32(value) ? value : this.#fail();
      case "int64":
        return Number.isInteger(value) ? value : this.#fail();
      case "bool":
        return typeof value === "boolean" ? value : this.#fail();
      case "struct":
        if (!isFields(value)) return this.#fail();
        return this.struct(this.#definitions.must(type.key), value);
      case "list":
        return Array.isArray(value) ? this.#list(type.of, value) : this.#fail();
      case "map":
        return isFields(value) ? this.#map(type.of, value) : this.#fail();
      case "any":
      case "fields":
        return value;
      default:
        return readScalar(type.is, value) ?? this.#fail();
    }
  }

  #list(type: Type, values: readonly unknown[]): unknown[] {
    const result: unknown[] = [];
    for (const value of values) result.push(this.#member(type, value));
    return result;
  }

  #map(type: Type, value: Fields): Fields {
    const result: Fields = {};
    for (const key in value) {
      if (value[key] !== undefined) result[key] = this.#member(type, value[key]);
    }
    return result;
  }

  /** A null in a list or map is the zero of what is in there. */
  #member(type: Type, value: unknown): unknown {
    if (value !== null) return this.#value(type, value);
    return type.is === "struct" ? {} : zero(this.#definitions, type);
  }

  #fail(): undefined {
    this.failed = true;
    return undefined;
  }
}
