// `aws`: of Amazon's command line what one needs to see where a volume is, and to switch a machine
// off. Upstream: aws-cli, botocore ec2 service model.

import { type Cloud, CloudError } from "../../machine/cloud.ts";
import type { Instances } from "../../machine/instances.ts";
import type { Process, Program } from "../../machine/process.ts";
import { type Json, matchesFilters, optionsOf, UsageError } from "./options.ts";
import { printed } from "./output.ts";
import { query } from "./query.ts";
import { instanceJson, volumeJson } from "./shapes.ts";

export interface Account {
  readonly cloud: Cloud;
  readonly instances: Instances;
}

export const aws =
  (account: Account): Program =>
  async (process) => {
    const [service = "", operation = "", ...rest] = process.argv.slice(1);
    if (service === "--version") {
      await process.stdout.write("aws-cli/1.16.81 Python/3.6.0 Linux/4.15.0 botocore/1.12.71\n");
      return 0;
    }
    if (service === "") {
      return complain(process, "usage: aws [options] <command> <subcommand> [parameters]", 2);
    }
    const act = service === "ec2" ? operations[operation] : undefined;
    if (!act) return complain(process, `aws ${service} ${operation}: not simulated`, 1);
    try {
      const options = optionsOf(rest);
      const answer = act(account, options);
      const path = options.get("query")?.[0];
      const shown = path === undefined ? answer : query(answer, path);
      const format = options.get("output")?.[0] ?? process.env.get("AWS_DEFAULT_OUTPUT") ?? "json";
      await process.stdout.write(printed(shown, format, titleOf(operation)));
      return 0;
    } catch (error) {
      if (error instanceof UsageError) return complain(process, error.message, 2);
      if (!(error instanceof CloudError)) throw error;
      const [, code = "", text = error.message] = /^(\S+): (.*)$/.exec(error.message) ?? [];
      const name = titleOf(operation);
      const what = `An error occurred (${code}) when calling the ${name} operation: ${text}`;
      return complain(process, `\n${what}`, 255);
    }
  };

/** `describe-volumes`: `DescribeVolumes`. */
const titleOf = (operation: string): string =>
  operation.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

type Act = (account: Account, options: ReadonlyMap<string, readonly string[]>) => Json;

const operations: Readonly<Record<string, Act>> = {
  "describe-volumes": ({ cloud, instances }, options) => {
    const wanted = options.get("volume-ids") ?? [];
    const missing = wanted.find((id) => !cloud.disk(id));
    if (missing !== undefined) {
      throw new CloudError(`InvalidVolume.NotFound: The volume '${missing}' does not exist.`);
    }
    const all = cloud.disks.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
    const volumes = all.map((disk) => volumeJson(disk, instances));
    return {
      Volumes: volumes.filter((each) => matchesFilters(each, options.get("filters") ?? [])),
    };
  },

  "describe-instances": ({ instances }, options) => {
    const wanted = options.get("instance-ids") ?? [];
    const missing = wanted.find((id) => !instances.find(id));
    if (missing !== undefined) {
      throw new CloudError(
        `InvalidInstanceID.NotFound: The instance ID '${missing}' does not exist`,
      );
    }
    const all = instances.all.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
    const shown = all
      .map(instanceJson)
      .filter((each) => matchesFilters(each, options.get("filters") ?? []));
    return { Reservations: shown.map((each) => ({ Instances: [each] })) };
  },

  "stop-instances": (account, options) =>
    switched(account, options, { list: "StoppingInstances", act: "stop" }),
  "start-instances": (account, options) =>
    switched(account, options, { list: "StartingInstances", act: "start" }),
  "terminate-instances": (account, options) =>
    switched(account, options, { list: "TerminatingInstances", act: "terminate" }),
};

interface Switch {
  readonly list: string;
  readonly act: "stop" | "start" | "terminate";
}

const codes = {
  ...{ pending: 0, running: 16, "shutting-down": 32, terminated: 48, stopping: 64, stopped: 80 },
} as const;

function switched(
  { instances }: Account,
  options: ReadonlyMap<string, readonly string[]>,
  { list, act }: Switch,
): Json {
  const ids = options.get("instance-ids") ?? [];
  if (ids.length === 0) {
    throw new UsageError(
      "usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n" +
        "aws: error: the following arguments are required: --instance-ids",
    );
  }
  const missing = ids.find((id) => !instances.find(id));
  if (missing !== undefined) {
    throw new CloudError(`InvalidInstanceID.NotFound: The instance ID '${missing}' does not exist`);
  }
  const stateOf = (id: string) => instances.find(id)?.state ?? "terminated";
  const changes = ids.map((id) => {
    const before = stateOf(id);
    instances[act](id);
    const now = stateOf(id);
    return {
      CurrentState: { Code: codes[now], Name: now },
      InstanceId: id,
      PreviousState: { Code: codes[before], Name: before },
    };
  });
  return { [list]: changes };
}

async function complain({ stderr }: Process, text: string, code: number): Promise<number> {
  await stderr.write(`${text}\n`);
  return code;
}
