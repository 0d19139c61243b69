// kubectl auth whoami. pkg/cmd/auth/whoami.go.

import type { SelfSubjectReview } from "../../../api/identity-review.ts";
import { type Call, defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { printFlags } from "../print/printers.ts";

export const whoAmI = defineCommand({
  name: "whoami",
  usage: "",
  short: "Experimental: Check self subject attributes",
  flags: printFlags(),
  run: show,
});

async function show({ kubectl, flags, args }: Call): Promise<void> {
  if (args.length > 0) throw new CommandError(`extra arguments: [${args.join(" ")}]`);
  const mapping = await kubectl.discovery.lookUp("selfsubjectreviews");
  if (!mapping) {
    throw new CommandError(
      "the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it",
    );
  }
  const kind = "SelfSubjectReview";
  const body = { apiVersion: mapping.groupVersion, kind, metadata: {} };
  const review = (await kubectl.rest.create({ mapping, namespace: "" }, body)) as SelfSubjectReview;
  if (flags.changed("output")) {
    await kubectl.out(kubectl.printer().print(review));
    return;
  }
  const { username = "", uid = "", groups = [] } = review.status?.userInfo ?? {};
  const rows = [
    ["ATTRIBUTE", "VALUE"],
    ["Username", username],
    ...(uid !== "" ? [["UID", uid]] : []),
    ...(groups.length > 0 ? [["Groups", `[${groups.join(" ")}]`]] : []),
  ];
  await kubectl.out(kubectl.tableWriter().lines(rows));
}
