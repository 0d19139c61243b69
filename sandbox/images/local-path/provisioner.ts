// local-path-provisioner: makes a directory on the node that the scheduler chose, by a pod that
// runs there for a moment, and a volume that describes it; takes both away when the claim is gone.
// rancher/local-path-provisioner provisioner.go; sig-storage-lib-external-provisioner.
// differs: one runs alone, so none is elected; of its configuration only the first path counts.

import { clone } from "../../api/clone.ts";
import { type PersistentVolume, persistentVolumes } from "../../api/persistentvolume.ts";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaims,
} from "../../api/persistentvolumeclaim.ts";
import { type StorageClass, storageClasses } from "../../api/storageclass.ts";
import { classOf, provisionedBy, selectedNode } from "../../api/volume-binding.ts";
import { defineController, type Requeue, type Tools, wakeOn } from "../../client/controller.ts";
import { type Job, type Settings, workOn } from "./helper-pod.ts";

export const PROVISIONER = "rancher.io/local-path";

const asked = [
  "volume.kubernetes.io/storage-provisioner",
  "volume.beta.kubernetes.io/storage-provisioner",
];

type Our = Tools<undefined>;

/** The controller, by the name under which it tells events. Volumes have keys without namespace. */
export const localPathController = (name: string, settings: Settings) =>
  defineController<undefined>({
    name,
    for: persistentVolumeClaims,
    watches: [
      wakeOn(persistentVolumes, ({ now }) =>
        now ? [{ namespace: "", name: now.metadata.name }] : [],
      ),
      wakeOn(storageClasses, () => []),
    ],
    async reconcile(key, tools) {
      if (key.namespace === "") {
        const volume = tools.cache.get(persistentVolumes, key);
        return volume && isOurs(volume) ? remove(volume, settings, tools) : undefined;
      }
      const claim = tools.cache.get(persistentVolumeClaims, key);
      return claim && isForUs(claim) ? provision(claim, settings, tools) : undefined;
    },
  });

const isOurs = ({ metadata, spec, status }: PersistentVolume): boolean =>
  metadata.annotations?.[provisionedBy] === PROVISIONER &&
  spec.persistentVolumeReclaimPolicy === "Delete" &&
  status.phase === "Released" &&
  metadata.deletionTimestamp === undefined;

const isForUs = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  !spec.volumeName &&
  metadata.deletionTimestamp === undefined &&
  asked.some((mark) => metadata.annotations?.[mark] === PROVISIONER);

async function provision(
  claim: PersistentVolumeClaim,
  settings: Settings,
  tools: Our,
): Promise<Requeue | undefined> {
  const { cache, client, events } = tools;
  const { namespace = "", name, uid } = claim.metadata;
  const volumeName = `pvc-${uid}`;
  if (cache.get(persistentVolumes, { namespace: "", name: volumeName })) return undefined;
  const storageClass = cache.get(storageClasses, { namespace: "", name: classOf(claim) });
  if (!storageClass) return undefined;
  const fail = (why: string): undefined => {
    const message = `failed to provision volume with StorageClass "${classOf(claim)}": ${why}`;
    events.warning(claim, "ProvisioningFailed", message);
    return undefined;
  };
  const node = claim.metadata.annotations?.[selectedNode];
  if (claim.spec.selector) return fail("claim.Spec.Selector is not supported");
  if (node === undefined) return fail("configuration error, no node was specified");
  const modes = claim.spec.accessModes ?? [];
  if (modes.some((mode) => mode !== "ReadWriteOnce" && mode !== "ReadWriteOncePod")) {
    return fail("NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes");
  }
  const job: Job = {
    ...{ action: "create", volume: volumeName, node },
    path: `${settings.path}/${volumeName}_${namespace}_${name}`,
    size: claim.spec.resources?.requests?.["storage"] ?? "0",
  };
  const begun = () => {
    const message = `External provisioner is provisioning volume for claim "${namespace}/${name}"`;
    events.normal(claim, "Provisioning", message);
    tell(claim, job, tools);
  };
  const again = await workOn(job, { settings, tools, begun });
  if (again === "failed") return fail(`${job.action} process timeout after 120 seconds`);
  if (again) return again;
  await client.create(persistentVolumes, volumeFor(claim, storageClass, job));
  events.normal(claim, "ProvisioningSucceeded", `Successfully provisioned volume ${volumeName}`);
  return undefined;
}

async function remove(
  volume: PersistentVolume,
  settings: Settings,
  tools: Our,
): Promise<Requeue | undefined> {
  const { name } = volume.metadata;
  const [term] = volume.spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const node = term?.matchExpressions?.[0]?.values?.[0];
  const path = volume.spec.hostPath?.path;
  if (node === undefined || path === undefined) return undefined;
  const size = volume.spec.capacity?.["storage"] ?? "0";
  const job: Job = { action: "delete", volume: name, node, path, size };
  const again = await workOn(job, { settings, tools, begun: () => tell(volume, job, tools) });
  if (again === "failed") {
    tools.events.warning(volume, "VolumeFailedDelete", `failed to delete volume ${name}`);
    return undefined;
  }
  if (again) return again;
  await tools.client.delete(persistentVolumes, { namespace: "", name });
  return undefined;
}

function tell(
  { kind, metadata }: PersistentVolumeClaim | PersistentVolume,
  { action, node, path }: Job,
  { trace }: Our,
): void {
  const { namespace, name } = metadata;
  trace.decide({
    by: "local-path-provisioner",
    about: { kind, name, ...(namespace !== undefined && { namespace }) },
    verdict: `${action}s the directory ${path} on ${node}`,
    rule: "rancher/local-path-provisioner createHelperPod",
    options: [{ about: { kind: "Node", name: node }, taken: true }],
  });
}

function volumeFor(
  claim: PersistentVolumeClaim,
  { reclaimPolicy, mountOptions }: StorageClass,
  { volume, node, path, size }: Job,
): PersistentVolume {
  const { namespace = "", name, uid = "", resourceVersion = "" } = claim.metadata;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: volume,
      annotations: { "local.path.provisioner/selected-node": node, [provisionedBy]: PROVISIONER },
    },
    spec: {
      accessModes: [...(claim.spec.accessModes ?? [])],
      capacity: { storage: size },
      claimRef: {
        ...{ apiVersion: "v1", kind: claim.kind, namespace, name, uid, resourceVersion },
      },
      hostPath: { path, type: "DirectoryOrCreate" },
      ...(mountOptions && { mountOptions: clone(mountOptions) }),
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            {
              matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }],
            },
          ],
        },
      },
      persistentVolumeReclaimPolicy: reclaimPolicy ?? "Delete",
      storageClassName: classOf(claim),
      volumeMode: "Filesystem",
    },
    status: {},
  };
}
