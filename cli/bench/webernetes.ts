// The same work done by @ngrok/webernetes, as far as it can do it: boot, and pods of a Deployment.

import { registerHooks } from "node:module";
import type { Cluster, ProcessContext } from "@ngrok/webernetes";

// It is published for bundlers: its files name each other without an ending.
registerHooks({
  resolve(specifier, context, next) {
    const isInside = context.parentURL?.includes("/@ngrok/webernetes/") ?? false;
    const isShort = isInside && /^\.{1,2}\//.test(specifier) && !/\.js$/.test(specifier);
    if (!isShort) return next(specifier, context);
    try {
      return next(`${specifier}.js`, context);
    } catch {
      // Then it is a folder.
      return next(`${specifier}/index.js`, context);
    }
  },
});
const { BaseImage, Cluster: Kubernetes } = await import("@ngrok/webernetes");

class Sleeper extends BaseImage {
  static readonly imageName = "sleeper";
  static readonly imageVersion = "1.0";
  readonly defaultCommand = ["serve"];

  override exec(context: ProcessContext): Promise<number> {
    return context.waitUntilKilled();
  }
}

/** Boots a cluster of so many nodes and closes it again after `work`. */
export async function withWebernetes(
  nodes: number,
  work: (cluster: Cluster) => Promise<void> = async () => {},
): Promise<void> {
  const cluster = new Kubernetes({ nodes });
  cluster.registerImage(Sleeper);
  await cluster.init();
  await work(cluster);
  await cluster.close();
}

/** Applies a Deployment and waits until all its pods are ready. */
export async function deploy(cluster: Cluster, replicas: number): Promise<void> {
  await cluster.apply([
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "default" },
      spec: {
        replicas,
        selector: { matchLabels: { app: "web" } },
        template: {
          metadata: { labels: { app: "web" } },
          spec: { containers: [{ name: "c", image: "sleeper:1.0" }] },
        },
      },
    },
  ]);
  const deadline = performance.now() + 120_000;
  for (;;) {
    const { items } = await cluster.api.corev1.listNamespacedPod({ namespace: "default" });
    const ready = items.filter(({ status }) =>
      status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
    );
    if (ready.length === replicas) return;
    if (performance.now() > deadline) throw new Error(`${ready.length} of ${replicas} are ready`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
