// kubectl set image. pkg/cmd/set/set_image.go.

import type { Container } from "../../../api/pod.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import { defineCommand } from "../cli/command.ts";
import { CommandError, type KubectlError, PlainError, throwAll } from "../cli/errors.ts";
import { parsePairs, splitChanges } from "../cli/shared-flags.ts";
import { hasFiles } from "../input/manifests.ts";
import { withPodSpec } from "../object-patches.ts";
import { checkChoice, infosOf, setAll, setFlags } from "./target.ts";

export const image = defineCommand({
  name: "image",
  usage:
    "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
  short: "Update image of a pod template",
  long: "Update existing container image(s) of resources.",
  examples: [
    "# Set a deployment's nginx container image to 'nginx:1.9.1', and its busybox container image to 'busybox'.",
    "kubectl set image deployment/nginx busybox=busybox nginx=nginx:1.9.1",
    "",
    "# Update image of all containers of daemonset abc to 'nginx:1.9.1'",
    "kubectl set image daemonset abc *=nginx:1.9.1",
  ],
  completes: "type",
  flags: setFlags("image"),
  async run(call) {
    const { resources, pairs } = splitChanges(call.args, "image");
    const { set } = parsePairs(pairs, "image", false);
    const images = Object.entries(set);
    const infos = await infosOf(call, resources);
    checkChoice(call);
    const problems: KubectlError[] = [];
    if (resources.length === 0 && !hasFiles(call.kubectl.files)) {
      problems.push(
        new CommandError(
          "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ),
      );
    }
    if (images.length === 0)
      problems.push(new CommandError("at least one image update is required"));
    else if (images.length > 1 && Object.hasOwn(set, "*")) {
      problems.push(
        new CommandError(
          "all containers are already specified by *, but saw more than one container_name=container_image pairs",
        ),
      );
    }
    throwAll(problems);
    const complaints: KubectlError[] = [];
    const renew = (list: Container[] | undefined) =>
      list?.map((each) => {
        const [, wanted] = images.findLast(([name]) => name === "*" || name === each.name) ?? [];
        return wanted === undefined ? each : { ...each, image: wanted };
      });
    await setAll(call, infos, {
      done: "image updated",
      failure: "failed to patch image update to pod template:",
      complaints,
      change: (object) =>
        withPodSpec(object, (spec) => {
          const { containers, initContainers } = spec;
          const names = [...containers, ...(initContainers ?? [])].map(({ name }) => name);
          for (const [name] of images) {
            if (name === "*" || names.includes(name)) continue;
            complaints.push(
              new PlainError(`error: unable to find container named ${quoted(name)}`),
            );
          }
          const changed = { ...spec, containers: renew(containers) ?? [] };
          const inits = renew(initContainers);
          return inits ? { ...changed, initContainers: inits } : changed;
        }),
    });
  },
});
