// `kennel serve`: the API of a scene on loopback, for your own kubectl. Runs until it is stopped.

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Handler } from "../sandbox/api/http.ts";
import { Pacer } from "../sandbox/pacer.ts";
import { type Session, startSession } from "../sandbox/session.ts";
import { createBridge } from "./bridge/bridge.ts";
import { loadScene } from "./scenes.ts";
import { nodeHost } from "./session.ts";
import { realHost } from "./shell.ts";

export interface Serving {
  /** `http://127.0.0.1:28080`. */
  readonly url: string;
  readonly session: Session;
  readonly pacer: Pacer;
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly scene: string;
  /** That of the scene if there is none. */
  readonly era?: string;
  readonly seed?: number;
  /** 0 chooses a free one. */
  readonly port: number;
  readonly pace: number;
}

const certificate = { commonName: "kubernetes-admin", organizations: ["system:masters"] };

export async function startServing(options: ServeOptions): Promise<Serving> {
  const { scene, era, seed, port, pace } = options;
  const session = await startSession({
    // Your kubectl tells ages by the clock of this machine.
    scene: loadScene(scene, {
      start: new Date().toISOString(),
      ...(era !== undefined && { era }),
      ...(seed !== undefined && { seed }),
    }),
    host: nodeHost,
  });
  const { workstation, server: target } = session.cluster;
  const network = workstation.adapter.open({ files: workstation.files });
  const pacer = new Pacer(session, realHost);
  const handler: Handler = (request) => {
    pacer.poke();
    return network.request(target, { ...request, certificate });
  };
  const server = createBridge(handler);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  pacer.speed = pace;
  const running = pacer.run();
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}`,
    ...{ session, pacer },
    async stop() {
      pacer.stop();
      server.closeAllConnections();
      server.close();
      await running;
    },
  };
}

/** A kubeconfig for it, as text. */
export const kubeconfigFor = (url: string): string =>
  `apiVersion: v1
kind: Config
clusters:
- name: kennel
  cluster:
    server: ${url}
contexts:
- name: kennel
  context:
    cluster: kennel
    user: kennel
current-context: kennel
users:
- name: kennel
  user: {}
`;

export async function serve(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      scene: { type: "string", default: "consul" },
      era: { type: "string" },
      seed: { type: "string" },
      port: { type: "string", default: "8001" },
      kubeconfig: { type: "string" },
      pace: { type: "string", default: "1" },
    },
  });
  const serving = await startServing({
    scene: values.scene,
    ...(values.era !== undefined && { era: values.era }),
    ...(values.seed !== undefined && { seed: Number(values.seed) }),
    port: Number(values.port),
    pace: Number(values.pace),
  });
  if (values.kubeconfig) writeFileSync(values.kubeconfig, kubeconfigFor(serving.url));
  const use = values.kubeconfig ? `--kubeconfig ${values.kubeconfig}` : `--server ${serving.url}`;
  process.stdout.write(`${serving.url}\nkubectl ${use} get nodes\n`);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await serving.stop();
  return 0;
}
