// A service account called default in each namespace.
// pkg/controller/serviceaccount/serviceaccounts_controller.go.

import { namespaces } from "../api/namespace.ts";
import { type ServiceAccount, serviceAccounts } from "../api/serviceaccount.ts";
import { isReason, StatusError } from "../api/status.ts";
import { defineController, wakeOn } from "../client/controller.ts";
import { isNamespaceEnding } from "./pod-control.ts";

const NAME = "default";

export const serviceAccount = defineController<undefined>({
  name: "serviceaccount-controller",
  for: namespaces,
  watches: [
    wakeOn(serviceAccounts, ({ now, before }) =>
      !now && before?.metadata.name === NAME
        ? [{ namespace: "", name: before.metadata.namespace ?? "" }]
        : [],
    ),
  ],

  async reconcile(key, { cache, client }) {
    const namespace = cache.get(namespaces, key);
    if (namespace?.status.phase !== "Active") return undefined;
    const made: ServiceAccount = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: NAME, namespace: key.name },
    };
    if (cache.get(serviceAccounts, { namespace: key.name, name: NAME })) return undefined;
    try {
      await client.create(serviceAccounts, made);
    } catch (error) {
      if (isReason(error, "AlreadyExists")) return undefined;
      if (error instanceof StatusError && isNamespaceEnding(error)) return undefined;
      throw error;
    }
    return undefined;
  },
});
