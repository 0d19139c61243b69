// IngressClasses: which controller serves an Ingress.
// pkg/registry/networking/ingressclass/strategy.go.

import { equal } from "./clone.ts";
import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import { type FieldError, immutable, invalid, required } from "./field-error.ts";
import type { KubeObject } from "./meta.ts";
import { subdomainProblems } from "./names.ts";
import { type Context, defineResource } from "./resource.ts";

export interface IngressClass extends KubeObject {
  kind: "IngressClass";
  spec: {
    controller?: string;
    parameters?: { apiGroup?: string; kind: string; name: string };
  };
}

const LONGEST = 250;

function validate({ spec }: IngressClass, { era }: Context): FieldError[] {
  const { controller = "", parameters } = spec ?? {};
  const field = "spec.controller";
  const errors: FieldError[] = [];
  if (controller.length > LONGEST) {
    errors.push({ type: "TooLong", field, detail: `must have at most ${LONGEST} bytes` });
  }
  const [host = "", ...path] = controller.split("/");
  if (controller === "") errors.push(required(field));
  else if (path.length === 0 || path.join("") === "") {
    const text = 'must be a domain-prefixed path (such as "acme.io/foo")';
    errors.push(invalid(field, controller, text));
  } else {
    for (const problem of subdomainProblems(host, era)) {
      errors.push(invalid(field, controller, problem));
    }
  }
  if (!parameters) return errors;
  const missing = (["kind", "name"] as const).filter((name) => !parameters[name]);
  return [
    ...errors,
    ...missing.map((name) => required(`spec.parameters.${name}`, `${name} is required`)),
  ];
}

function parametersText({ spec }: IngressClass): string {
  const { apiGroup, kind, name } = spec.parameters ?? { kind: "" };
  return kind ? `${kind}${apiGroup ? `.${apiGroup}` : ""}/${name}` : "<none>";
}

export const ingressClasses = defineResource<IngressClass>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  singular: "ingressclass",
  shortNames: [],
  namespaced: false,
  alsoIn: ["networking.k8s.io/v1beta1"],
  countsGenerations: true,
  validate,
  validateUpdate(ingressClass, old, context) {
    const { controller } = ingressClass.spec;
    const same = equal(controller, old.spec.controller);
    const errors = validate(ingressClass, context);
    return same ? errors : [...errors, immutable("spec.controller", controller)];
  },
  columns: [
    nameColumn,
    textColumn("Controller", ({ spec }) => spec.controller ?? ""),
    textColumn("Parameters", parametersText),
    ageColumn,
  ],
});
