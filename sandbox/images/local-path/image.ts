// rancher/local-path-provisioner as an image: reads its configuration, then runs its controller.

import type { Era } from "../../api/era.ts";
import type { Pod } from "../../api/pod.ts";
import { parseYaml } from "../../api/yaml/parser.ts";
import { runControllers } from "../../client/controller.ts";
import { Informers } from "../../client/informers.ts";
import { defineImage, type Image } from "../../machine/image.ts";
import type { Process, Program } from "../../machine/process.ts";
import { inClusterClient } from "../../node/in-cluster.ts";
import { type Random, uuid } from "../../sim/random.ts";
import type { Trace } from "../../sim/trace.ts";
import { usualPath } from "../base-files.ts";
import type { Settings } from "./helper-pod.ts";
import { localPathController, PROVISIONER } from "./provisioner.ts";

export interface LocalPathOptions {
  readonly era: Era;
  readonly random: Random;
  readonly trace: Trace;
}

export const localPathImage = (options: LocalPathOptions): Image =>
  defineImage({
    names: ["rancher/local-path-provisioner"],
    tags: ["v0.0.24", "v0.0.31", "v0.0.32", "master-head"],
    size: 22_000_000,
    config: { env: { PATH: usualPath } },
    programs: { "/usr/bin/local-path-provisioner": provisioner(options) },
  });

function provisioner({ era, random, trace }: LocalPathOptions): Program {
  return async (process) => {
    const { clock, hostname, killed, stdout } = process;
    const client = inClusterClient(process, era, "local-path-provisioner");
    const settings = client && readSettings(process);
    if (!client || !settings) {
      await process.stderr.write(`level=fatal msg="Error starting daemon: no configuration"\n`);
      return 1;
    }
    const stop = new AbortController();
    const end = () => stop.abort();
    killed.addEventListener("abort", end, { once: true });
    const asked = new Promise<void>((resolve) => process.trap("SIGTERM", resolve));
    const options = { client: () => client, clock, signal: stop.signal, trace };
    const informers = new Informers({ client, clock, signal: stop.signal });
    const own = random.stream(`local-path ${hostname}`);
    const identity = `${PROVISIONER}_${hostname}_${uuid(own)}`;
    await stdout.write(`level=info msg="Starting provisioner controller ${identity}!"\n`);
    const log = (text: string) => void stdout.write(`level=error msg="${text}"\n`);
    const running = runControllers([localPathController(identity, settings)], {
      ...{ ...options, informers, random: own, log },
    });
    await process.wait(Promise.race([running, asked]));
    stop.abort();
    return 0;
  };
}

const FOLDER = "/etc/config";

interface Configuration {
  readonly nodePathMap?: readonly { readonly paths?: readonly string[] }[];
}

function readSettings({ env, files }: Process): Settings | undefined {
  const [config, helper] = [`${FOLDER}/config.json`, `${FOLDER}/helperPod.yaml`];
  if (files.kind(config) === undefined || files.kind(helper) === undefined) return undefined;
  const { nodePathMap } = JSON.parse(files.read(config)) as Configuration;
  const path = nodePathMap?.[0]?.paths?.[0] ?? "/opt/local-path-provisioner";
  const namespace = env.get("POD_NAMESPACE") ?? "local-path-storage";
  return { namespace, path, helper: parseYaml(files.read(helper)) as Pod };
}
