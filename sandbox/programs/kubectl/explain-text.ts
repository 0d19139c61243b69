// What `kubectl explain` prints of a type or a field, in the form of each release; from the schema
// and the texts of the server's release. Pure: which kind is meant, and the flags, are the
// command's affair. kubectl/pkg/explain (1.9 to 1.26), pkg/explain/v2 (since 1.27),
// pkg/kubectl/explain.go (until 1.8).

import { explainLines } from "./explain-lines.ts";
import { type Answer, Documents, type Question, type Subject } from "./explain-subject.ts";
import { explainSwagger } from "./explain-swagger.ts";
import { explainTemplate } from "./explain-template.ts";

/** The explanation; undefined if the schema has no such kind. */
export function explain(question: Question): Answer | undefined {
  const { schema, group, version, kind, form } = question;
  const key = schema.definition(group ? `${group}/${version}` : version, kind);
  const definition = key === undefined ? undefined : schema.type(key);
  if (!definition) return undefined;
  const subject: Subject = { ...question, definition, documents: new Documents(question) };
  if (form === "until-1.8") return explainSwagger(subject);
  return form === "since-1.27" ? explainTemplate(subject) : explainLines(subject);
}
