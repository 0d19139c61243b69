// Nothing can be made in a namespace that is not there, or that ends; and some namespaces stay.
// apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go.

import { namespaces } from "../../api/namespace.ts";
import { forbidden, notFound } from "../../api/status.ts";
import { type AdmissionPlugin, forbiddenBy } from "./plugin.ts";

const immortal = ["default", "kube-system", "kube-public"];

export const namespaceLifecycle: AdmissionPlugin = {
  name: "NamespaceLifecycle",
  withSubresources: true,
  admit(attributes, { era, get }) {
    const { namespace: name, operation } = attributes;
    if (!name) return;
    const namespace = get(namespaces, { namespace: "", name });
    if (!namespace) throw notFound(namespaces, name);
    if (operation !== "create" || namespace.status?.phase !== "Terminating") return;
    const refusal = forbiddenBy(attributes, era.words.core.namespaceEnding(name));
    refusal.status.details = {
      ...refusal.status.details,
      causes: [
        {
          reason: "NamespaceTerminating",
          message: `namespace ${name} is being terminated`,
          field: "metadata.namespace",
        },
      ],
    };
    throw refusal;
  },
  validate({ operation, resource, name }) {
    if (operation === "delete" && resource.plural === "namespaces" && immortal.includes(name)) {
      throw forbidden(namespaces, name, "this namespace may not be deleted");
    }
    return undefined;
  },
};
