// A workstation with kubectl on it, and an API server on the same wire, for tests: command lines
// in, what they print out. No controllers run, no shell: words are split at blanks outside quotes.

import { certificateData } from "../../api/certificate.ts";
import type { Era } from "../../api/era.ts";
import { resources } from "../../api/index.ts";
import { writeYaml } from "../../api/yaml/write.ts";
import { pluginsWithoutControllers as plugins } from "../../apiserver/admission/index.ts";
import { hooks } from "../../apiserver/hooks/index.ts";
import { createApiServer } from "../../apiserver/server.ts";
import { Store } from "../../apiserver/store.ts";
import { subresources } from "../../apiserver/subresources/index.ts";
import { Client } from "../../client/client.ts";
import { type TestMachine, testMachine } from "../../machine/test-machine.ts";
import type { Host } from "../../sim/clock.ts";
import { createRandom } from "../../sim/random.ts";
import { kubectl } from "./index.ts";

export interface TestSession {
  readonly machine: TestMachine;
  readonly client: Client;
  /** Output of both streams, and `[exit N]` where N is not 0. */
  run(line: string, stdin?: string): Promise<string>;
  write(path: string, text: string): void;
}

const admin = { commonName: "kubernetes-admin", organizations: ["system:masters"] };

export async function testSession(options: {
  readonly era: Era;
  readonly host: Host;
}): Promise<TestSession> {
  const { era, host } = options;
  const machine = testMachine({
    host,
    hostname: "workstation",
    programs: { "/usr/bin/kubectl": kubectl(era) },
  });
  const { clock, fabric, files } = machine;
  const server = createApiServer({
    era,
    store: new Store(clock),
    clock,
    random: createRandom(1),
    resources,
    plugins,
    hooks,
    tokens: () => undefined,
    authorize: () => (next) => next,
    subresources,
    pages: {},
  });
  const adapter = fabric.attach({ addresses: ["10.0.0.1"], place: "control" });
  adapter.open({ files }).serve(6443, server.handler, { secure: true });
  files.makeDirectory("/root/.kube", { parents: true });
  files.write("/root/.kube/config", kubeconfig());
  const client = new Client({
    handler: server.handler,
    era,
    userAgent: "test",
    certificate: admin,
  });
  for (const name of ["default", "kube-system"]) {
    await client.send({
      method: "POST",
      path: "/api/v1/namespaces",
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
    });
  }
  return {
    machine,
    client,
    async run(line, stdin) {
      const { both, code } = await machine.run(words(line), {
        ...(stdin !== undefined && { stdin }),
      });
      return both.trimEnd() + (code === 0 ? "" : `\n[exit ${code}]`);
    },
    write(path, text) {
      files.write(`/root/${path}`, text);
    },
  };
}

const kubeconfig = (): string =>
  writeYaml({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "kubernetes", cluster: { server: "https://10.0.0.1:6443" } }],
    contexts: [
      {
        name: "kubernetes-admin@kubernetes",
        context: { cluster: "kubernetes", user: "kubernetes-admin" },
      },
    ],
    "current-context": "kubernetes-admin@kubernetes",
    users: [
      { name: "kubernetes-admin", user: { "client-certificate-data": certificateData(admin) } },
    ],
  });

/** Words as a shell takes them apart, quotes removed. */
function words(line: string): string[] {
  const found = line.match(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+/g) ?? [];
  return found.map((word) =>
    word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g, (_, ...parts: (string | undefined)[]) => {
      const [single, double, escaped] = parts;
      return single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? "";
    }),
  );
}
