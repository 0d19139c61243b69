// A starting point as data: which release, which machines, which storage, which files. Read from
// `content/scenes/NAME.yaml` by the page or the command line, and crossed over the wall as it is.

/** Everything that a cluster begins with. With the inputs it is the whole session. */
export interface Scene {
  readonly name: string;
  readonly title: string;
  /** The server's release: `v1.20`. */
  readonly era: string;
  /** kubectl's, where it is another one. */
  readonly clientEra?: string;
  /** Known defects of the era that are switched off here: `random-scale-down`. */
  readonly without: readonly string[];
  readonly seed: number;
  /** When the reader comes in, RFC 3339. What was there before is as old as `age` says. */
  readonly start: string;
  /** How long the cluster has been up by then, in seconds. */
  readonly age: number;
  readonly nodes: readonly SceneNode[];
  readonly controlPlane: SceneControlPlane;
  /** What runs in kube-system beside the control plane: `coredns`, `kube-proxy`. */
  readonly addons: readonly string[];
  readonly runtime: SceneRuntime;
  readonly workstation: SceneWorkstation;
  /** Files of the workstation, by path; `~` is the reader's home. */
  readonly files: Readonly<Record<string, string>>;
  /** Applied before anyone looks, in order: manifests as text. */
  readonly manifests: readonly string[];
  /** A shell script, run on the workstation before anyone looks. */
  readonly setup: string;
  /** What exists beyond the machines: disks and shares. */
  readonly cloud: SceneCloud;
  /** Known defects of the era that this scene switches off, and deviations that it declares. */
  readonly notes: readonly string[];
}

export interface SceneNode {
  readonly name: string;
  readonly address: string;
  readonly cpus: number;
  /** A quantity: `3840Mi`. */
  readonly memory: string;
  readonly roles: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `key=value:Effect`. */
  readonly taints: readonly string[];
  /** Where the cloud has it: `us-west-2a`. */
  readonly zone?: string;
  /** What the cloud calls its size: `m5.large`. */
  readonly instanceType?: string;
}

export interface SceneControlPlane {
  /** On a machine of its own; as static pods of a node it cannot run. */
  readonly runs: "apart";
  /** Of the machine that it runs on, if that is none of the nodes. */
  readonly hostname: string;
  readonly serviceRange: string;
  readonly podRange: string;
  /** How often the volume binder looks at everything again, in milliseconds. */
  readonly binderResyncMs: number;
  readonly schedulerMaxBackoffMs: number;
  /** In-tree provisioners that work here: `kubernetes.io/host-path`. */
  readonly provisioners: readonly string[];
  /** etcd can be asked with etcdctl, there and on the reader's machine. */
  readonly etcd: boolean;
}

export interface SceneRuntime {
  /**
   * `refuse`: images that Kennel does not have cannot be pulled. `run`: they start, and do nothing.
   */
  readonly unknownImages: "refuse" | "run";
  /**
   * `real`: pulls and starts take their time. `instant`: as a fake runtime does it.
   * `scripted`: no kubelet, but a script that posts what one would, and tells nobody.
   */
  readonly speed: "real" | "instant" | "scripted";
  /** Of a script: how long it lets containers run before it calls them ready. */
  readonly readyMs?: number;
}

export interface SceneWorkstation {
  readonly hostname: string;
  readonly user: string;
  readonly home: string;
  readonly context: string;
  readonly aliases: Readonly<Record<string, string>>;
}

export interface SceneCloud {
  /** Whose machines the nodes are, and whose disks their volumes; without it they are nobody's. */
  readonly provider?: "aws" | "gce";
  readonly region: string;
  /** What the cloud's own tools call the cluster. */
  readonly cluster: string;
  readonly zones: readonly string[];
  /** NFS exports: `nfs.example:/exports/a`. */
  readonly shares: readonly { readonly server: string; readonly path: string }[];
  /** The address of a Ceph monitor: there is a cluster behind it. */
  readonly ceph?: string;
}

/** A scene as its author writes it: what is left out has the default. */
export interface SceneSource {
  readonly name?: string;
  readonly title?: string;
  readonly era?: string;
  readonly clientEra?: string;
  readonly without?: readonly string[];
  readonly seed?: number;
  readonly start?: string;
  readonly age?: number;
  readonly nodes?: number | readonly (Partial<SceneNode> & { readonly name: string })[];
  readonly controlPlane?: Partial<SceneControlPlane>;
  readonly addons?: readonly string[];
  readonly runtime?: Partial<SceneRuntime>;
  readonly workstation?: Partial<SceneWorkstation>;
  readonly files?: Readonly<Record<string, string>>;
  readonly manifests?: readonly string[];
  readonly setup?: string;
  readonly cloud?: Partial<SceneCloud>;
  readonly notes?: readonly string[];
}

/**
 * The scene with all its defaults: those of the bare cluster that the golden cases were recorded
 * on.
 */
export function completeScene(source: SceneSource): Scene {
  const user = source.workstation?.user ?? "user";
  return {
    name: source.name ?? "bare",
    title: source.title ?? "A bare cluster",
    era: source.era ?? "v1.20",
    ...(source.clientEra && { clientEra: source.clientEra }),
    without: source.without ?? [],
    seed: source.seed ?? 1,
    start: source.start ?? "2026-11-21T02:00:00Z",
    age: source.age ?? 3600,
    nodes: nodesOf(source.nodes ?? 4),
    controlPlane: {
      runs: "apart",
      hostname: "control-plane",
      serviceRange: "10.96.0.0/12",
      podRange: "10.244.0.0/16",
      binderResyncMs: 15_000,
      schedulerMaxBackoffMs: 10_000,
      provisioners: [],
      etcd: false,
      ...source.controlPlane,
    },
    addons: source.addons ?? [],
    runtime: { unknownImages: "refuse", speed: "real", ...source.runtime },
    workstation: {
      hostname: "workstation",
      user,
      home: `/home/${user}`,
      context: "kubernetes-admin@kubernetes",
      aliases: {},
      ...source.workstation,
    },
    files: source.files ?? {},
    manifests: source.manifests ?? [],
    setup: source.setup ?? "",
    cloud: {
      ...{ region: "us-west-2", cluster: "kennel", zones: [], shares: [] },
      ...source.cloud,
    },
    notes: source.notes ?? [],
  };
}

function nodesOf(nodes: NonNullable<SceneSource["nodes"]>): SceneNode[] {
  const named = typeof nodes === "number" ? numbered(nodes) : nodes;
  return named.map((node, index) => ({
    address: `10.0.0.${11 + index}`,
    cpus: 1,
    memory: "3840Mi",
    roles: [],
    labels: {},
    taints: [],
    ...node,
  }));
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `node${index + 1}` }));
