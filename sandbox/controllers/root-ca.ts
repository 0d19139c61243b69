// The config map kube-root-ca.crt in each namespace, by which pods believe the API server.
// pkg/controller/certificates/rootcacertpublisher/publisher.go.

import { clusterAuthority } from "../api/account-token.ts";
import { equal } from "../api/clone.ts";
import { type ConfigMap, configMaps } from "../api/configmap.ts";
import { namespaces } from "../api/namespace.ts";
import { isReason, StatusError } from "../api/status.ts";
import { defineController, wakeOn } from "../client/controller.ts";
import { isNamespaceEnding } from "./pod-control.ts";

const NAME = "kube-root-ca.crt";
const description =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

export const rootCa = defineController<undefined>({
  name: "root-ca-cert-publisher",
  for: namespaces,
  watches: [
    wakeOn(configMaps, ({ now, before }) => {
      const { name, namespace = "" } = (now ?? before)?.metadata ?? { name: "" };
      return name === NAME ? [{ namespace: "", name: namespace }] : [];
    }),
  ],

  async reconcile(key, { cache, client, era }) {
    const namespace = cache.get(namespaces, key);
    if (namespace?.status.phase !== "Active") return undefined;
    const data = { "ca.crt": clusterAuthority };
    const known = cache.get(configMaps, { namespace: key.name, name: NAME });
    if (known && equal(known.data, data)) return undefined;
    const described = era.behaviors.has("described-root-ca");
    const made: ConfigMap = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: NAME,
        namespace: key.name,
        ...(described && { annotations: { "kubernetes.io/description": description } }),
      },
      data,
    };
    try {
      if (known) await client.update(configMaps, { ...known, data });
      else await client.create(configMaps, made);
    } catch (error) {
      if (isReason(error, "AlreadyExists")) return undefined;
      if (error instanceof StatusError && isNamespaceEnding(error)) return undefined;
      throw error;
    }
    return undefined;
  },
});
