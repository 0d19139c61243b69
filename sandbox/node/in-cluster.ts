// How a program in a pod reaches the API: by the variables and the token that the kubelet gave it.
// client-go/rest InClusterConfig.

import type { Era } from "../api/era.ts";
import { Client } from "../client/client.ts";
import type { Process } from "../machine/process.ts";

const directory = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * A client for the pod's service account; undefined outside a pod. Its requests end with the
 * process.
 */
export function inClusterClient(process: Process, era: Era, userAgent: string): Client | undefined {
  const { env, files, network, killed } = process;
  const host = env.get("KUBERNETES_SERVICE_HOST");
  const port = Number(env.get("KUBERNETES_SERVICE_PORT") ?? 443);
  if (host === undefined) return undefined;
  const path = `${directory}/token`;
  const token = files.kind(path) === "file" ? files.read(path) : undefined;
  const silence = new Promise<never>(() => {});
  return new Client({
    handler: (request) =>
      killed.aborted ? silence : network.request({ host, port, secure: true }, request),
    ...{ era, userAgent },
    ...(token !== undefined && { token }),
  });
}
