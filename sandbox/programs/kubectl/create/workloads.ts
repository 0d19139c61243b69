// kubectl create deployment, job and cronjob. pkg/cmd/create: create_deployment.go, create_job.go,
// create_cronjob.go.

import type { KubeObject } from "../../../api/meta.ts";
import { CommandError } from "../cli/errors.ts";
import { int, list, text } from "../cli/flags.ts";
import { commandOf, createCommand, present } from "./object.ts";

/** `docker.io/library/nginx:1.19` → `nginx`. */
function containerName(image: string, random: () => string): string {
  const last = image.slice(image.lastIndexOf("/") + 1).replace(/[:@].*$/, "");
  return /[_.]/.test(last) ? `${last.replace(/[_.]/g, "-")}-${random()}` : last;
}

const letters = "bcdfghjklmnpqrstvwxz2456789";

export const deployment = createCommand({
  name: "deployment",
  aliases: ["deploy"],
  apiVersion: "apps/v1",
  kind: "Deployment",
  usage: "NAME --image=image -- [COMMAND] [args...]",
  short: "Create a deployment with the specified name.",
  examples: [
    "# Create a deployment named my-dep that runs the nginx image with 3 replicas.",
    "kubectl create deployment my-dep --image=nginx --replicas=3",
    "",
    "# Create a deployment named my-dep that runs the busybox image with a command.",
    "kubectl create deployment my-dep --image=busybox -- date",
  ],
  flags: [
    list("image", "Image names to run."),
    int("port", "The port that this container exposes.", { value: "-1" }),
    int("replicas r", "Number of replicas to create. Default is 1.", { value: "1" }),
  ],
  required: ["image"],
  takesCommand: true,
  make(name, call) {
    const { flags, kubectl } = call;
    const images = flags.list("image");
    const command = commandOf(call);
    if (images.length > 1 && command) {
      throw new CommandError("cannot specify multiple --image options and command");
    }
    const random = () =>
      Array.from({ length: 5 }, () =>
        letters.charAt(Math.floor(kubectl.process.random.next() * letters.length)),
      ).join("");
    const port = flags.int("port");
    const containers = images.map((image, index) =>
      present({
        name: containerName(image, random),
        image,
        command,
        ports: index === 0 && port >= 0 ? [{ containerPort: port }] : undefined,
      }),
    );
    const labels = { app: name };
    return {
      metadata: { labels },
      spec: {
        replicas: flags.int("replicas"),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    };
  },
});

export const job = createCommand({
  name: "job",
  apiVersion: "batch/v1",
  kind: "Job",
  usage: "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
  short: "Create a job with the specified name.",
  examples: [
    "# Create a job with command",
    "kubectl create job my-job --image=busybox -- date",
    "",
    "# Create a job from a CronJob named a-cronjob",
    "kubectl create job test-job --from=cronjob/a-cronjob",
  ],
  flags: [
    text("image", "Image name to run."),
    text("from", "The name of the resource to create a Job from (only cronjob is supported)."),
  ],
  takesCommand: true,
  async make(name, call) {
    const { flags, kubectl } = call;
    const image = flags.string("image");
    const from = flags.string("from");
    const command = commandOf(call);
    if ((image === "") === (from === "")) {
      throw new CommandError("either --image or --from must be specified");
    }
    if (command && from !== "") throw new CommandError("cannot specify --from and command");
    if (image !== "") return { spec: jobSpec({ name, image, command, restartPolicy: "Never" }) };
    const selection = await kubectl.select({ args: [from] });
    const { infos, error } = await selection.infos();
    if (error) throw error;
    const cronJob = infos[0]?.object as CronJob | undefined;
    if (infos.length !== 1 || cronJob?.kind !== "CronJob") {
      throw new CommandError("from must be an existing cronjob");
    }
    return fromCronJob(cronJob);
  },
});

type CronJob = KubeObject & {
  readonly spec: {
    readonly jobTemplate: { readonly metadata?: KubeObject["metadata"]; readonly spec: object };
  };
};

function fromCronJob({ apiVersion, metadata, spec }: CronJob) {
  const template = spec.jobTemplate;
  return {
    metadata: {
      annotations: {
        "cronjob.kubernetes.io/instantiate": "manual",
        ...template.metadata?.annotations,
      },
      ...(template.metadata?.labels && { labels: template.metadata.labels }),
      ownerReferences: [{ apiVersion, kind: "CronJob", name: metadata.name, uid: metadata.uid }],
    },
    spec: template.spec,
  };
}

interface JobOptions {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[] | undefined;
  readonly restartPolicy: string;
}

const jobSpec = ({ name, image, command, restartPolicy }: JobOptions) => ({
  template: { spec: { containers: [present({ name, image, command })], restartPolicy } },
});

export const cronJob = createCommand({
  name: "cronjob",
  aliases: ["cj"],
  apiVersion: "batch/v1beta1",
  kind: "CronJob",
  usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]",
  short: "Create a cronjob with the specified name.",
  examples: [
    "# Create a cronjob",
    'kubectl create cronjob my-job --image=busybox --schedule="*/1 * * * *"',
  ],
  flags: [
    text("image", "Image name to run."),
    text("schedule", "A schedule in the Cron format the job should be run with."),
    text("restart", "job's restart policy. supported values: OnFailure, Never"),
  ],
  required: ["image", "schedule"],
  takesCommand: true,
  make(name, call) {
    const { flags } = call;
    const restartPolicy = flags.string("restart") || "OnFailure";
    const spec = jobSpec({
      name,
      image: flags.string("image"),
      command: commandOf(call),
      restartPolicy,
    });
    return {
      spec: { schedule: flags.string("schedule"), jobTemplate: { metadata: { name }, spec } },
    };
  },
});
