// What fields the objects of one release have: lookup for whoever shows them, checks before and in
// the server, and how each field is merged. Built from the release's table; knows nothing of an
// object's meaning. apimachinery/pkg/runtime/serializer/json, kubectl/pkg/validation.

import { decode, fill } from "./schema/decode.ts";
import { Definitions } from "./schema/definitions.ts";
import { conversionError } from "./schema/errors-conversion.ts";
import { jsonError, strictErrors } from "./schema/errors-json.ts";
import { jsoniterError } from "./schema/errors-jsoniter.ts";
import { ugorjiError } from "./schema/errors-ugorji.ts";
import type { Definition, Field, Served, Type } from "./schema/field.ts";
import { goJson } from "./schema/go-json.ts";
import { keyOfName, openApiName } from "./schema/openapi-names.ts";
import type { Dialect, Release } from "./schema/table.ts";
import { objectKind, validateOpenApi } from "./schema/validate-openapi.ts";
import { validateSwagger } from "./schema/validate-swagger.ts";
import { badRequest } from "./status.ts";
import type { PatchMeta, PatchSchema } from "./strategic-merge.ts";

type Fields = Record<string, unknown>;

/** An object as its type has it, and what strict decoding complains of. */
export interface Decoded {
  /** A copy, free to be changed. */
  readonly value: Fields;
  /** `unknown field "spec.prots"`, in the order of the text. */
  readonly strict: readonly string[];
}

/** A place in a type, reached by names of fields. */
export interface Found {
  readonly field: Field;
  /** The struct that has the field. */
  readonly owner: Definition;
  /** What the field is, or what is in it if it is a list or a map. */
  readonly inside: Definition | undefined;
}

export class Schema implements PatchSchema {
  readonly dialect: Dialect;
  readonly definitions: Definitions;

  constructor(release: Release) {
    this.dialect = release.dialect;
    this.definitions = new Definitions(release);
  }

  /** Every kind of the release, lists among them. */
  kinds(): Served[] {
    return this.definitions.served();
  }

  /** The type of a kind, as the other methods want it: `apps/v1.StatefulSet`. */
  definition(groupVersion: string, kind: string): string | undefined {
    return this.definitions.keyOf(groupVersion, kind);
  }

  /** A type by its key or by its name in OpenAPI. */
  type(name: string): Definition | undefined {
    return this.definitions.get(keyOfName(name) ?? name);
  }

  /** `io.k8s.api.apps.v1.StatefulSet`. */
  openApiName(type: string): string {
    return openApiName(type);
  }

  /**
   * Follows names of fields from a type, through lists and maps; undefined if one does not exist.
   */
  field(type: string, path: readonly string[]): Found | undefined {
    let owner = this.type(type);
    let found: Found | undefined;
    for (const name of path) {
      const field = owner?.fields.get(name);
      if (!owner || !field) return undefined;
      const inside = this.inside(field.type);
      found = { field, owner, inside };
      owner = inside;
    }
    return found;
  }

  /** The struct in a type, below pointers, lists and maps. */
  inside(type: Type): Definition | undefined {
    if (type.is === "struct") return this.definitions.get(type.key);
    return "of" in type ? this.inside(type.of) : undefined;
  }

  patchMeta(type: string, name: string): PatchMeta | undefined {
    const field = this.definitions.get(type)?.fields.get(name);
    if (!field) return undefined;
    const { merge, replace, retainKeys, mergeKey } = field;
    const inside = this.inside(field.type)?.key;
    return {
      merge,
      replace,
      retainKeys,
      ...(mergeKey !== undefined && { mergeKey }),
      ...(inside !== undefined && { type: inside }),
    };
  }

  /**
   * What the server makes of an object. Throws BadRequest in the words of the release where a value
   * is of a wrong type; those may quote the JSON that came, taken to be as Go's clients write it.
   */
  decode(groupVersion: string, kind: string, value: Fields): Decoded {
    const key = this.definitions.keyOf(groupVersion, kind);
    if (key === undefined) throw badRequest(`no kind ${quote(kind)} is registered`);
    const definition = this.definitions.must(key);
    const decoded = decode(this.definitions, definition, value);
    if (decoded.failed) {
      const why = this.decodeError(key, value) ?? "json: cannot unmarshal";
      const version = groupVersion.replace(/^.*\//, "");
      throw badRequest(
        `${kind} in version ${quote(version)} cannot be handled as a ${kind}: ${why}`,
      );
    }
    return { value: decoded.value, strict: decoded.hasUnknown ? this.#strict(key, value) : [] };
  }

  #strict(type: string, value: Fields): string[] {
    const inOrder = JSON.parse(goJson(value)) as Fields;
    return strictErrors(this.definitions, this.definitions.must(type), inOrder);
  }

  /** Whether every value of an object has the type of its field: quicker than to say why not. */
  fits(type: string, value: Fields): boolean {
    return !decode(this.definitions, this.definitions.must(type), value).failed;
  }

  /** Why the release's JSON library refuses an object of a type; undefined if it takes it. */
  decodeError(type: string, value: Fields, text = `${goJson(value)}\n`): string | undefined {
    const definition = this.definitions.must(type);
    switch (this.dialect.json) {
      case "ugorji":
        return ugorjiError(this.definitions, definition, text);
      case "jsoniter":
        return jsoniterError(this.definitions, definition, text);
      case "encoding/json":
        return jsonError(this.definitions, definition, JSON.parse(text) as Fields);
    }
  }

  /**
   * Why kubectl cannot read the metadata of an object that it knows nothing else of (since 1.14).
   * `text` is the JSON of a file; YAML becomes JSON with sorted keys.
   */
  metadataError(value: Fields, text = goJson(value)): string | undefined {
    return this.decodeError("resource.metadataOnlyObject", value, text);
  }

  /** Why a patched object cannot be made one of a type again; undefined if it can. */
  conversionError(type: string, value: Fields): string | undefined {
    return conversionError(this.definitions, { is: "struct", key: type }, value);
  }

  /** The object as the server writes it: `status: {}`, `creationTimestamp: null` and the like. */
  fill(type: string, value: Fields): Fields {
    return fill(this.definitions, this.definitions.must(type), value);
  }

  /** A client of this era leaves it to the server to complain of fields. */
  get leavesFieldsToServer(): boolean {
    return this.dialect.validation === "server";
  }

  /**
   * What kubectl of the release says of a document before it sends it: the text behind `error
   * validating data: `, or undefined. Since 1.27 the server is asked instead; only that an object
   * names its kind is still checked; or everything, if that server is an older one.
   */
  validate(value: unknown, olderServer = false): string | undefined {
    const { clientVersions } = this.dialect;
    const { validation } =
      olderServer && this.dialect.validation === "server" ? older : this.dialect;
    if (validation === "swagger") {
      return aggregate(validateSwagger(this.definitions, value, clientVersions));
    }
    if (validation === "openapi") return aggregate(validateOpenApi(this.definitions, value));
    const head = objectKind(value);
    return aggregate("kind" in head ? [] : head.errors);
  }
}

const older = { validation: "openapi" } as const;

const quote = (text: string) => JSON.stringify(text);

/** utilerrors.Aggregate: one as it is, several in brackets, none twice. */
function aggregate(errors: readonly string[]): string | undefined {
  const different = [...new Set(errors)];
  return different.length > 1 ? `[${different.join(", ")}]` : different[0];
}
