// In a pod, where no kubeconfig says otherwise: the server is named by variables, and the service
// account's token is in a file. client-go rest/config.go InClusterConfig.

import type { Process } from "../../../machine/process.ts";
import type { Settings } from "./kubeconfig.ts";

const secrets = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The settings, or those of the pod that kubectl runs in. */
export function inClusterSettings(process: Process, settings: Settings): Settings {
  const host = process.env.get("KUBERNETES_SERVICE_HOST");
  const port = process.env.get("KUBERNETES_SERVICE_PORT");
  const { files } = process;
  if (!settings.isDefault || !host || !port || !files.kind(`${secrets}/token`)) return settings;
  const own = files.kind(`${secrets}/namespace`) ? files.read(`${secrets}/namespace`).trim() : "";
  const namespace = settings.isNamespaceGiven || own === "" ? settings.namespace : own;
  return {
    ...settings,
    server: `https://${host}:${port}`,
    namespace,
    user: { tokenFile: `${secrets}/token`, ...settings.user },
  };
}
