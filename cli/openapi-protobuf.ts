// /openapi/v2 as protobuf, the only form in which kubectl asks for it. The messages are those of
// gnostic, OpenAPIv2.proto; only the fields that a server's document has are written.

type Json = Readonly<Record<string, unknown>>;

/**
 * The media type that kubectl asks for, and the one to answer with: Go's own parser refuses the
 * first.
 */
export const openApiProtobuf = {
  asked: "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
  answered: "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
} as const;

/** The bytes of a document that `openApiV2` made. */
export function encodeOpenApiV2(document: Json): Uint8Array {
  return message([
    text(1, document["swagger"]),
    nested(2, info(object(document["info"]))),
    nested(8, named(2, object(document["paths"]), pathItem)),
    nested(9, named(1, object(document["definitions"]), schema)),
  ]);
}

const info = ({ title, version }: Json) => message([text(1, title), text(2, version)]);

/** `repeated NamedX = field`: a message of name and value for each member. */
function named(field: number, members: Json, value: (member: Json) => Uint8Array): Uint8Array {
  return message(
    Object.entries(members).map(([name, member]) =>
      nested(field, message([text(1, name), nested(2, value(object(member)))])),
    ),
  );
}

/** Members of PathItem by their numbers. */
const methods: Readonly<Record<string, number>> = { get: 2, put: 3, post: 4, delete: 5, patch: 8 };

const pathItem = (item: Json) =>
  message(
    Object.entries(methods).flatMap(([method, field]) =>
      method in item ? [nested(field, operation(object(item[method])))] : [],
    ),
  );

const operation = (item: Json) =>
  message([
    text(5, item["operationId"]),
    ...array(item["parameters"]).map((each) => nested(8, parametersItem(object(each)))),
    nested(9, named(1, object(item["responses"]), responseValue)),
    extensions(13, item),
  ]);

/** ParametersItem > Parameter > NonBodyParameter > QueryParameterSubSchema. */
const parametersItem = (item: Json) =>
  message([nested(1, message([nested(2, message([nested(3, queryParameter(item))]))]))]);

const queryParameter = (item: Json) =>
  message([
    text(2, item["in"]),
    text(4, item["name"]),
    text(6, item["type"]),
    flag(20, item["uniqueItems"]),
  ]);

/** ResponseValue > Response. */
const responseValue = (item: Json) => message([nested(1, message([text(1, item["description"])]))]);

const schema = (item: Json): Uint8Array =>
  message([
    text(1, item["$ref"]),
    text(2, item["format"]),
    text(4, item["description"]),
    ...array(item["required"]).map((each) => text(19, each)),
    ...array(item["enum"]).map((each) => nested(20, any(each))),
    item["additionalProperties"] === undefined
      ? none
      : nested(21, message([nested(1, schema(object(item["additionalProperties"])))])),
    item["type"] === undefined ? none : nested(22, message([text(1, item["type"])])),
    item["items"] === undefined
      ? none
      : nested(23, message([nested(1, schema(object(item["items"])))])),
    item["properties"] === undefined
      ? none
      : nested(25, named(1, object(item["properties"]), schema)),
    extensions(31, item),
  ]);

/** `repeated NamedAny vendor_extension`: values as YAML, of which JSON is a part. */
const extensions = (field: number, item: Json) =>
  message(
    Object.entries(item)
      .filter(([name]) => name.startsWith("x-"))
      .map(([name, value]) => nested(field, message([text(1, name), nested(2, any(value))]))),
  );

const any = (value: unknown) => message([text(2, JSON.stringify(value))]);

const none = new Uint8Array();
const utf8 = new TextEncoder();

/** The parts of a message, one behind the other. */
function message(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A field with a length: a string or a message. */
function nested(field: number, bytes: Uint8Array): Uint8Array {
  return message([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

const text = (field: number, value: unknown): Uint8Array =>
  typeof value === "string" && value !== "" ? nested(field, utf8.encode(value)) : none;

const flag = (field: number, value: unknown): Uint8Array =>
  value === true ? message([varint(field << 3), varint(1)]) : none;

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

const array = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
