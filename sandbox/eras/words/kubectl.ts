// What kubectl of each era says.

import type { KubectlWords } from "../../api/words/kubectl.ts";

const helpUsage = "Run 'kubectl --help' for usage.";

export const v1_20: KubectlWords = {
  syntaxPrefix: "Error: ",
  explains: "until-1.26",
  warning: "warning",
  controlPlane: "Kubernetes control plane",
  kustomize: "",
  labelRemoved: "labeled",
  unmanagedPods:
    "Pods not managed by ReplicationController, ReplicaSet, Job, DaemonSet or StatefulSet (use --force to override)",
  unmanagedPodsForced:
    "Pods not managed by ReplicationController, ReplicaSet, Job, DaemonSet or StatefulSet",
  failedToCreate: {
    clusterrolebinding: "clusterrolebinding",
    cronjob: "cronjob",
    deployment: "deployment",
    ingress: "ingress",
    job: "job",
    // 1.20 really says so.
    priorityclass: "clusterrolebinding",
    quota: "quota",
    rolebinding: "rolebinding",
    clusterip: "ClusterIP service",
    nodeport: "NodePort service",
    loadbalancer: "LoadBalancer service",
    externalname: "ExternalName service",
  },
  drained: "evicted",
  notDrained: (node) =>
    `error: unable to drain node ${JSON.stringify(node)}, aborting command...\n`,
  drainGoesOn: false,
  notTerminated: ({ name }, why) =>
    `error when waiting for pod ${JSON.stringify(name)} terminating: ${why}`,
  ageHeading: "AGE",
  noTerminal: "Unable to use a TTY",
  notAttached: (_, why) => `Error attaching, falling back to logs: ${why}`,
  naming: "slashed",
  absent: [],
  absentFlags: ["get --show-all"],
  noResources: (place) => `No resources found${place}`,
  tables: "apart",
  headsEach: false,
  saysReasons: true,
  bareFailures: false,
  invalid(kind, name, causes) {
    const subject = `The ${kind} ${JSON.stringify(name)} is invalid`;
    if (causes.length < 2) return causes.length === 0 ? subject : `${subject}: ${causes[0]}`;
    return [`${subject}: `, ...causes.map((cause) => `* ${cause}`)].join("\n");
  },
  usageAfterProblems: "no",
  unknownCommand: (what) => `${what}\n${helpUsage}`,
  missingResource: `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`,
  taintThere: (node, { key }) =>
    `node ${node} already has ${key} taint(s) with same effect(s) and --overwrite is false`,
  taintMissing: ({ key, effect }) =>
    `taint ${JSON.stringify(effect ? `${key}:${effect}` : key)} not found`,
  taintRemoved: "untainted",
  patched: { unchanged: "patched (no change)", bare: false },
  runMakesWorkloads: false,
  autoscalesTarget: false,
  execWantsDashes: true,
  templatesDemandFields: false,
  unknownFormat: (format, allowed) =>
    `unable to match a printer suitable for the output format ${JSON.stringify(format)}, allowed formats are: ${allowed.join(",")}`,
  absentFormats: [],
  applyUnmarked: (resource) =>
    `Warning: resource ${resource} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
  appliesKnowUnchanged: true,
  cascadeIsBool: false,
  deleteWaits: true,
  saysForced: true,
  deletesByPolicy: true,
  reaps: [],
  needsFilename: false,
  absentSubcommands: [],
  tellsMounts: true,
  evicts: true,
  tellsEvictions: true,
  saysRolledBack: true,
  tellsWaiting: false,
  mindsSubcommands: true,
  endsHints: false,
  waitMindsAbsent: false,
  contextMissing: { ending: "", minds: true },
  contextDone: (name, done) =>
    done === "Switched to"
      ? `Switched to context ${JSON.stringify(name)}.\n`
      : `Context ${JSON.stringify(name)} ${done}.\n`,
  topAsksHeapster: false,
  yaml: "plain",
  editNamesGroups: true,
  typesMissing: {
    list: 'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n',
    onStdout: false,
    hint: '\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
  },
};

export const v1_11: KubectlWords = {
  ...v1_20,
  explains: "until-1.18",
  controlPlane: "Kubernetes master",
  absent: ["debug", "diff", "events", "kustomize"],
  absentFlags: ["-A", "-k", "--kustomize", "config set-context --current"],
  noResources: () => "No resources found.",
  tables: "astray",
  headsEach: true,
  usageAfterProblems: "after two blank lines",
  unknownCommand: (what) => `${what}\n${helpUsage}\n${what}`,
  patched: { unchanged: "not patched", bare: false },
  runMakesWorkloads: true,
  execWantsDashes: false,
  absentFormats: ["jsonpath-as-json"],
  applyUnmarked: () =>
    "Warning: kubectl apply should be used on resource created by either kubectl create --save-config or kubectl apply",
  cascadeIsBool: true,
  saysForced: false,
  needsFilename: true,
  absentSubcommands: ["rollout restart"],
  tellsMounts: false,
  drained: "",
  tellsEvictions: false,
  historyHeading: (plural, name) => `${plural} ${JSON.stringify(name)}`,
  saysRolledBack: false,
  endsHints: true,
  contextMissing: { ending: ".", minds: true },
  topAsksHeapster: true,
  yaml: "bare dates",
  waitMindsAbsent: true,
  taintThere: (node, taint) => `Node ${v1_20.taintThere(node, taint).replace("node ", "")}`,
  taintMissing: ({ key, effect }) => `taint ${JSON.stringify(`${key}:${effect}`)} not found`,
};

export const v1_10: KubectlWords = {
  ...v1_11,
  naming: "quoted",
  editNamesGroups: false,
  headsEach: false,
  saysRolledBack: true,
  deleteWaits: false,
  deletesByPolicy: false,
  reaps: ["deployments", "replicasets", "replicationcontrollers", "statefulsets"],
  absent: [...v1_11.absent, "api-resources", "wait"],
  absentFlags: [...v1_11.absentFlags, "delete --wait"],
};

const shortNames1_3: Readonly<Record<string, string>> = {
  cs: "componentstatuses",
  ds: "daemonsets",
  ep: "endpoints",
  ev: "events",
  hpa: "horizontalpodautoscalers",
  ing: "ingresses",
  limits: "limitranges",
  no: "nodes",
  ns: "namespaces",
  po: "pods",
  psp: "podsecuritypolicies",
  pvc: "persistentvolumeclaims",
  pv: "persistentvolumes",
  quota: "resourcequotas",
  rc: "replicationcontrollers",
  rs: "replicasets",
  sa: "serviceaccounts",
  svc: "services",
};

export const v1_5: KubectlWords = {
  ...v1_10,
  explains: "until-1.8",
  naming: "plain",
  shortNames: {
    ...shortNames1_3,
    cm: "configmaps",
    csr: "certificatesigningrequests",
    deploy: "deployments",
    pdb: "poddisruptionbudgets",
  },
  all: [
    ...["pods", "replicationcontrollers", "services", "statefulsets.apps"],
    ...["horizontalpodautoscalers.autoscaling", "jobs.extensions", "deployments.extensions"],
    "replicasets.extensions",
  ],
  absent: [...v1_10.absent, "auth", "plugin"],
  absentFlags: [...v1_10.absentFlags, "--field-selector", "--chunk-size"],
  bareFailures: true,
  yaml: "kept ends",
  contextMissing: { ending: ".", minds: true },
  typesMissing: {
    list: `You must specify the type of resource to get. Valid resource types include:
    * clusters (valid only for federation apiservers)
    * componentstatuses (aka 'cs')
    * configmaps (aka 'cm')
    * daemonsets (aka 'ds')
    * deployments (aka 'deploy')
    * endpoints (aka 'ep')
    * events (aka 'ev')
    * horizontalpodautoscalers (aka 'hpa')
    * ingresses (aka 'ing')
    * jobs
    * limitranges (aka 'limits')
    * namespaces (aka 'ns')
    * networkpolicies
    * nodes (aka 'no')
    * persistentvolumeclaims (aka 'pvc')
    * persistentvolumes (aka 'pv')
    * pods (aka 'po')
    * podsecuritypolicies (aka 'psp')
    * podtemplates
    * replicasets (aka 'rs')
    * replicationcontrollers (aka 'rc')
    * resourcequotas (aka 'quota')
    * secrets
    * serviceaccounts (aka 'sa')
    * services (aka 'svc')
    * statefulsets
    * storageclasses
    * thirdpartyresources
    `,
    onStdout: true,
    hint: "",
  },
  drained: "drained",
  evicts: false,
  historyHeading: (plural, name) => `${plural} ${JSON.stringify(name)}`,
  rolloutIsEarly: "minds availability",
  tellsWaiting: true,
  patched: { unchanged: "patched", bare: true },
  autoscalesTarget: true,
  templatesDemandFields: true,
  unknownFormat: (format) => `output format ${JSON.stringify(format)} not recognized`,
  applyUnmarked: () => "",
  appliesKnowUnchanged: false,
  needsFilename: false,
  usageAfterProblems: "at once",
  unknownCommand: (what) => `${what}\n${helpUsage}`,
  missingResource: `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   'pods my-pod'
   'services'`,
  taintThere: (node, { key, effect }) =>
    `Node '${node}' already has a taint with key (${key}) and effect (${effect}), and --overwrite is false`,
  taintMissing: ({ key }) => `taint key=${JSON.stringify(key)} not found.`,
  taintRemoved: "tainted",
};

export const v1_3: KubectlWords = {
  ...v1_5,
  shortNames: shortNames1_3,
  all: ["replicationcontrollers", "services", "pods", "persistentvolumeclaims"],
  absent: [...v1_5.absent, "certificate", "cp", "options", "top"],
  absentFlags: [...v1_5.absentFlags, "-n", "delete --force", "--hard"],
  noResources: () => "",
  tables: "joined",
  saysReasons: false,
  contextMissing: { ending: ".", minds: false },
  contextDone: (name, done) =>
    done === "Switched to"
      ? `switched to context ${JSON.stringify(name)}.\n`
      : `context ${JSON.stringify(name)} set.\n`,
  typesMissing: {
    list: `You must specify the type of resource to get. Valid resource types include:
   * componentstatuses (aka 'cs')
   * configmaps
   * daemonsets (aka 'ds')
   * deployments
   * events (aka 'ev')
   * endpoints (aka 'ep')
   * horizontalpodautoscalers (aka 'hpa')
   * ingress (aka 'ing')
   * jobs
   * limitranges (aka 'limits')
   * nodes (aka 'no')
   * namespaces (aka 'ns')
   * pods (aka 'po')
   * persistentvolumes (aka 'pv')
   * persistentvolumeclaims (aka 'pvc')
   * quota
   * resourcequotas (aka 'quota')
   * replicasets (aka 'rs')
   * replicationcontrollers (aka 'rc')
   * secrets
   * serviceaccounts (aka 'sa')
   * services (aka 'svc')`,
    onStdout: true,
    hint: "",
  },
  historyHeading: (plural, name) => `${plural} ${JSON.stringify(name)}:`,
  rolloutIsEarly: "minds updates",
  mindsSubcommands: false,
  drainKinds: ["ReplicationController", "ReplicaSet", "Job", "DaemonSet"],
  unmanagedPods:
    "pods not managed by ReplicationController, ReplicaSet, Job, or DaemonSet (use --force to override)",
  drainRefusal: (refusals) =>
    [...refusals]
      .sort()
      .reverse()
      .map(([why, names]) => {
        // Those whose maker is not known are named twice.
        const shown = why.startsWith("Unknown") ? names.flatMap((name) => [name, name]) : names;
        return `${why}: ${shown.join(", ")}`;
      })
      .join("; "),
  invalid(kind, name, causes) {
    const subject = `The ${kind} ${JSON.stringify(name)} is invalid.\n`;
    if (causes.length === 1) return `${subject}${causes[0]}`;
    return [subject, ...causes.map((cause) => `* ${cause}`)].join("\n");
  },
  missingResource:
    "you must provide one or more resources by argument or filename (.json|.yaml|.yml|stdin)",
  taintThere: (node, { key, value, effect }) =>
    `Node '${node}' already has a taint ({Key:${key} Value:${value} Effect:${effect}}), and --overwrite is false`,
};

export const newest: KubectlWords = {
  ...v1_20,
  syntaxPrefix: "error: ",
  explains: "since-1.27",
  unknownCommand: (what) => what,
  warning: "Warning",
  kustomize: "v5.7.1",
  labelRemoved: "unlabeled",
  unmanagedPods: "cannot delete Pods that declare no controller (use --force to override)",
  unmanagedPodsForced: "Pods that declare no controller",
  failedToCreate: {
    ...v1_20.failedToCreate,
    configmap: "configmap",
    poddisruptionbudget: "poddisruptionbudgets",
    priorityclass: "priorityclass",
    role: "role",
    clusterrole: "clusterrole",
    serviceaccount: "serviceaccount",
    generic: "secret",
    "docker-registry": "secret",
    tls: "secret",
  },
  drained: "drained",
  notDrained: (node, why) =>
    `error: unable to drain node ${JSON.stringify(node)} due to error: ${why}, continuing command...`,
  drainGoesOn: true,
  notTerminated: ({ name, namespace }, why) =>
    `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: ${why}`,
  ageHeading: "Age",
  noTerminal: "error: Unable to use a TTY",
  notAttached: (pod, why) =>
    `warning: couldn't attach to pod/${pod}, falling back to streaming logs: ${why}`,
};
