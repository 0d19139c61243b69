// The reader's own machine: kubectl, a kubeconfig, and the files that the scene puts into his home.

import { encodeBase64 } from "../api/base64.ts";
import { certificateData, pem } from "../api/certificate.ts";
import type { Era } from "../api/era.ts";
import { writeYaml } from "../api/yaml/write.ts";
import { parentOf } from "../machine/files.ts";
import type { Machine } from "../machine/machine.ts";
import type { Target } from "../machine/network.ts";
import { aws } from "../programs/aws/aws.ts";
import { kubectlCompleter } from "../programs/kubectl/completer.ts";
import { kubectl } from "../programs/kubectl/index.ts";
import { why } from "../programs/why/why.ts";
import type { Trace } from "../sim/trace.ts";
import { hostMachine, type Site } from "./hosts.ts";
import type { Rented } from "./nodes.ts";

export interface WorkstationOptions {
  readonly scene: {
    readonly files: Readonly<Record<string, string>>;
    readonly workstation: {
      readonly hostname: string;
      readonly user: string;
      readonly home: string;
      readonly context: string;
      readonly aliases: Readonly<Record<string, string>>;
    };
  };
  /** kubectl's. */
  readonly era: Era;
  readonly site: Site;
  readonly server: Target;
  /** What `kubectl why` tells from. */
  readonly trace: Trace;
  readonly rented: Rented | undefined;
}

export function bootWorkstation(options: WorkstationOptions): Machine {
  const { scene, era, site, server, trace, rented } = options;
  const { hostname, user, home, context, aliases } = scene.workstation;
  const machine = hostMachine(site, {
    ...{ hostname, address: "10.0.0.5" },
    users: user === "root" ? [] : [user],
    programs: {
      "/usr/local/bin/kubectl": kubectl(era, site.catalog.explanations),
      "/usr/local/bin/kubectl-why": why(era, trace),
      ...(rented && { "/usr/local/bin/aws": aws(rented) }),
    },
  });
  machine.system.completers.set("kubectl", kubectlCompleter(era));
  const write = (path: string, text: string) => {
    const full = path.replace(/^~/, home);
    const owned = full.startsWith(`${home}/`) && user !== "root";
    makeParents(machine, full, owned);
    machine.files.write(full, text);
    if (owned) machine.files.chown(full, 1000, 1000);
  };
  write("~/.kube/config", kubeconfig(server, context));
  const lines = Object.entries(aliases).map(([name, value]) => `alias ${name}='${value}'\n`);
  write("~/.bashrc", ["PS1='\\u@\\h:\\w\\$ '\n", ...lines].join(""));
  write("~/.ssh/config", "Host *\n    StrictHostKeyChecking accept-new\n    LogLevel ERROR\n");
  write("~/.bash_profile", ". ~/.bashrc\n");
  for (const [path, text] of Object.entries(scene.files)) write(path, text);
  return machine;
}

function makeParents({ files }: Machine, path: string, owned: boolean): void {
  const parent = parentOf(path);
  if (files.kind(parent) !== undefined) return;
  makeParents({ files } as Machine, parent, owned);
  files.makeDirectory(parent);
  if (owned) files.chown(parent, 1000, 1000);
}

/** As kubeadm writes it for the administrator. */
function kubeconfig({ host, port }: Target, context: string): string {
  const user = context.split("@")[0] ?? context;
  const cluster = context.split("@")[1] ?? "kubernetes";
  const certificate = { commonName: user, organizations: ["system:masters"] };
  return writeYaml({
    apiVersion: "v1",
    clusters: [
      {
        cluster: {
          "certificate-authority-data": encodeBase64(pem("CERTIFICATE", "CN = kubernetes")),
          server: `https://${host}:${port}`,
        },
        name: cluster,
      },
    ],
    contexts: [{ context: { cluster, user }, name: context }],
    "current-context": context,
    kind: "Config",
    preferences: {},
    users: [
      {
        name: user,
        user: {
          "client-certificate-data": certificateData(certificate),
          "client-key-data": encodeBase64(pem("RSA PRIVATE KEY", user)),
        },
      },
    ],
  });
}
