// The documents in which a server says what its objects look like and what may be asked of it, for
// clients from outside: /openapi/v2 and /openapi/v3. Our own kubectl reads the schema itself.
// kube-openapi/pkg/builder, pkg/builder3. Only as much as clients look at: types, and per kind the
// paths with their kind and query parameters.

import type { Schema } from "../schema.ts";
import type { Definition, Field, Scalar, Served, Type } from "./field.ts";
import { openApiFormat, openApiName, openApiType, scalarName } from "./openapi-names.ts";

type Json = Record<string, unknown>;

/** Texts by type and field, as `kubectl explain` has them. */
type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A kind and where it is found. */
export interface ServedResource {
  /** `apps/v1`. */
  readonly groupVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface OpenApiSource {
  readonly schema: Schema;
  readonly resources: readonly ServedResource[];
  readonly gitVersion: string;
  /** Without them the documents have no descriptions. */
  readonly texts?: Texts;
}

/** The one document of version 2. */
export function openApiV2(source: OpenApiSource): Json {
  const writer = new Writer(source, 2);
  const { resources, gitVersion } = source;
  for (const { groupVersion, kind } of resources) writer.addKind(groupVersion, kind);
  writer.addKind("v1", "DeleteOptions");
  writer.addKind("v1", "Status");
  return {
    swagger: "2.0",
    info: { title: "Kubernetes", version: gitVersion },
    paths: Object.assign({}, ...resources.map((resource) => pathsOf(source, resource, 2))),
    definitions: writer.definitions(),
  };
}

/** What /openapi/v3 lists: one document for each group-version. */
export function openApiV3Index({ resources }: OpenApiSource): Json {
  const roots = new Set(resources.map(({ groupVersion }) => rootOf(groupVersion)));
  const paths = [...roots].map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }]);
  return { paths: Object.fromEntries(paths) };
}

/** The document of one group-version in version 3, named as in the index: `apis/apps/v1`. */
export function openApiV3(source: OpenApiSource, root: string): Json | undefined {
  const resources = source.resources.filter(({ groupVersion }) => rootOf(groupVersion) === root);
  if (resources.length === 0) return undefined;
  const writer = new Writer(source, 3);
  for (const { groupVersion, kind } of resources) writer.addKind(groupVersion, kind);
  writer.addKind("v1", "DeleteOptions");
  writer.addKind("v1", "Status");
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: source.gitVersion },
    paths: Object.assign({}, ...resources.map((resource) => pathsOf(source, resource, 3))),
    components: { schemas: writer.definitions() },
  };
}

const rootOf = (groupVersion: string) =>
  groupVersion.includes("/") ? `apis/${groupVersion}` : `api/${groupVersion}`;

/** Paths of a kind with what can be done there. */
function pathsOf({ schema }: OpenApiSource, resource: ServedResource, version: 2 | 3): Json {
  const { groupVersion, kind, plural, namespaced } = resource;
  const list = `/${rootOf(groupVersion)}/${namespaced ? "namespaces/{namespace}/" : ""}${plural}`;
  const [group, kindVersion] = groupVersion.includes("/")
    ? groupVersion.split("/")
    : ["", groupVersion];
  const operation = (action: string, parameters: readonly string[]) => ({
    operationId: `${action}_${groupVersion}_${plural}`.replace(/\W/g, "_"),
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group, kind, version: kindVersion },
    parameters: parameters.map((name) => queryParameter(name, version)),
    responses: { "200": { description: "OK" } },
  });
  const writing = writingParameters(schema);
  return {
    [list]: { get: operation("list", []), post: operation("post", writing) },
    [`${list}/{name}`]: {
      get: operation("get", []),
      put: operation("put", writing),
      patch: operation("patch", writing.length > 0 ? [...writing, "force"] : []),
      delete: operation("delete", writing.slice(0, 1)),
    },
  };
}

/** Clients ask nothing of a server that its document does not offer. */
function writingParameters(schema: Schema): string[] {
  const canDryRun = schema.type("meta/v1.DeleteOptions")?.fields.has("dryRun") ?? false;
  const validates = schema.dialect.validation === "server";
  return [
    ...(canDryRun ? ["dryRun", "fieldManager"] : []),
    ...(validates ? ["fieldValidation"] : []),
  ];
}

function queryParameter(name: string, version: 2 | 3): Json {
  const type = name === "force" ? "boolean" : "string";
  const where = { name, in: "query", uniqueItems: true };
  return version === 2 ? { ...where, type } : { ...where, schema: { type } };
}

/** Collects definitions, each with all that it refers to. */
class Writer {
  readonly #source: OpenApiSource;
  readonly #version: 2 | 3;
  readonly #written = new Map<string, Json>();
  readonly #served = new Map<string, Served>();

  constructor(source: OpenApiSource, version: 2 | 3) {
    this.#source = source;
    this.#version = version;
    for (const served of source.schema.kinds()) this.#served.set(served.key, served);
  }

  addKind(groupVersion: string, kind: string): void {
    for (const name of [kind, `${kind}List`]) {
      const key = this.#source.schema.definition(groupVersion, name);
      if (key !== undefined) this.#add(key);
    }
  }

  definitions(): Json {
    return Object.fromEntries([...this.#written].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #text(key: string, field = ""): Json {
    const description = this.#source.texts?.[key]?.[field];
    return description ? { description } : {};
  }

  #add(key: string): void {
    const name = openApiName(key);
    const definition = this.#source.schema.type(key);
    if (this.#written.has(name) || !definition) return;
    const written: Json = {};
    this.#written.set(name, written);
    const served = this.#served.get(key);
    Object.assign(written, this.#text(key), this.#struct(definition), {
      ...(served && { "x-kubernetes-group-version-kind": [gvk(served)] }),
      ...(definition.isAtomic && { "x-kubernetes-map-type": "atomic" }),
    });
  }

  #struct(definition: Definition): Json {
    const fields = [...definition.fields.values()];
    const required = fields.filter((field) => field.required).map(({ name }) => name);
    const properties = fields.map((field) => [field.name, this.#property(definition, field)]);
    return {
      type: "object",
      ...(required.length > 0 && { required }),
      properties: Object.fromEntries(properties),
    };
  }

  #property({ key, isKind }: Definition, field: Field): Json {
    const own = this.#text(key, field.name);
    const text =
      isKind && !("description" in own) ? this.#text("meta/v1.TypeMeta", field.name) : own;
    return { ...text, ...this.#type(field.type, "description" in text), ...extensions(field) };
  }

  /** A reference beside which something stands is wrapped in version 3. */
  #type(type: Type, hasText = false): Json {
    switch (type.is) {
      case "pointer":
        return this.#type(type.of, hasText);
      case "list":
        return { type: "array", items: this.#type(type.of) };
      case "map":
        return { type: "object", additionalProperties: this.#type(type.of) };
      case "struct":
        this.#add(type.key);
        return this.#reference(openApiName(type.key), hasText);
      default:
        return this.#scalar(type, hasText);
    }
  }

  #reference(name: string, hasText: boolean): Json {
    if (this.#version === 2) return { $ref: `#/definitions/${name}` };
    const reference = { $ref: `#/components/schemas/${name}` };
    return hasText ? { allOf: [reference], default: {} } : reference;
  }

  #scalar(type: Extract<Type, { readonly is: Scalar }>, hasText: boolean): Json {
    const name = scalarName(type.is);
    if (name === undefined) {
      const { hasEnums } = this.#source.schema.dialect;
      return { ...simple(type.is), ...(hasEnums && type.values && { enum: type.values }) };
    }
    const several = this.#version === 3 ? oneOf[type.is] : undefined;
    const format = openApiFormat(type.is);
    this.#written.set(name, {
      ...this.#text(type.go),
      ...(several ? { oneOf: several.map((each) => ({ type: each })) } : simple(type.is)),
      ...(several && format && { format }),
    });
    return this.#reference(name, hasText);
  }
}

/** What version 2 calls a string, and is not always. */
const oneOf: Readonly<Partial<Record<Scalar, readonly string[]>>> = {
  quantity: ["string", "number"],
  "int-or-string": ["integer", "string"],
};

function simple(is: Scalar): Json {
  const format = openApiFormat(is);
  return { type: openApiType(is), ...(format && { format }) };
}

const gvk = ({ group, kind, version }: Served) => ({ group, kind, version });

function extensions({ merge, replace, retainKeys, mergeKey, list, listKeys }: Field): Json {
  const strategy = [
    ...(merge ? ["merge"] : []),
    ...(replace ? ["replace"] : []),
    ...(retainKeys ? ["retainKeys"] : []),
  ].join(",");
  return {
    ...(list !== undefined && { "x-kubernetes-list-type": list }),
    ...(listKeys.length > 0 && { "x-kubernetes-list-map-keys": listKeys }),
    ...(mergeKey !== undefined && { "x-kubernetes-patch-merge-key": mergeKey }),
    ...(strategy && { "x-kubernetes-patch-strategy": strategy }),
  };
}
