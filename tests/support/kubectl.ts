// Finds a stock kubectl of a release, for the tests that let one talk to the sandbox.

import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The path of a kubectl of the release `1.20`, say; undefined if there is none. $KUBECTL_1_20 comes
 * first, then where .ci/run puts one, then what is installed.
 */
export function findKubectl(release: string): string | undefined {
  const chosen = process.env[`KUBECTL_${release.replace(".", "_")}`];
  const installed = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => {
    return [join(folder, `kubectl.${release}`), join(folder, "kubectl")];
  });
  const candidates = [
    ...(chosen ? [chosen] : []),
    `/opt/kubectl-${release}/usr/bin/kubectl`,
    `/usr/lib/google-cloud-sdk/bin/kubectl.${release}`,
    ...installed,
  ];
  return candidates.find((path) => versionOf(path)?.startsWith(`v${release}.`));
}

function versionOf(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    const output = execFileSync(path, ["version", "--client", "-o", "json"], { stdio: "pipe" });
    const { clientVersion } = JSON.parse(output.toString()) as {
      readonly clientVersion?: { readonly gitVersion?: string };
    };
    return clientVersion?.gitVersion;
  } catch {
    // Not there, or not a kubectl.
    return undefined;
  }
}
