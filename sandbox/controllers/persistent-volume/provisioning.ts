// Makes a volume for a claim: by a plugin of ours, or by asking whoever the class names.
// pkg/controller/volume/persistentvolume/pv_controller.go provisionClaim, provisionClaimOperation.

import { clone } from "../../api/clone.ts";
import { keyOf } from "../../api/meta.ts";
import { type Node, nodes } from "../../api/node.ts";
import { type PersistentVolume, persistentVolumes } from "../../api/persistentvolume.ts";
import type { PersistentVolumeClaim } from "../../api/persistentvolumeclaim.ts";
import { isReason } from "../../api/status.ts";
import type { StorageClass } from "../../api/storageclass.ts";
import {
  boundByController,
  classAnnotation,
  classOf,
  provisionedBy,
  selectedNode,
} from "../../api/volume-binding.ts";
import { referTo } from "../../client/events.ts";
import { isRefusal, VolumeError } from "../operations.ts";
import { type Binder, inTreeFinalizer, rememberVolume, saveClaim } from "./binder.ts";
import { tellClaim } from "./verdicts.ts";
import type { Provisioned, VolumePlugin } from "./volume-plugin.ts";

const byHand = "make a volume by hand";
const SAVE_TRIES = 5;
const SAVE_WAIT_MS = 10_000;

export function provisionClaim(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass | undefined,
  binder: Binder,
): void {
  const { state, events } = binder;
  if (!storageClass) {
    const message = `storageclass.storage.k8s.io "${classOf(claim)}" not found`;
    const remedy = `make the class, or volumes with storageClassName ${classOf(claim)}`;
    tellClaim(claim, { verdict: `its class "${classOf(claim)}" does not exist`, remedy }, binder);
    events.warning(claim, "ProvisioningFailed", message);
    return;
  }
  const { provisioner } = storageClass;
  const plugin = state.plugins.find(({ name }) => name === provisioner);
  if (!plugin?.provision && provisioner.startsWith("kubernetes.io/")) {
    const verdict = `no volume fits, and provisioner ${provisioner} makes none`;
    tellClaim(claim, { verdict, remedy: byHand }, binder);
    events.warning(claim, "ProvisioningFailed", "no volume plugin matched");
    return;
  }
  const verdict = `no volume fits: provisioner ${provisioner} is to make one`;
  const remedy = plugin ? undefined : `see that the provisioner ${provisioner} runs`;
  tellClaim(claim, { verdict, ...(remedy && { remedy }) }, binder);
  const { namespace, name, uid } = claim.metadata;
  state.operations.run(`provision-${namespace}/${name}[${uid}]`, () =>
    plugin?.provision
      ? provision(claim, { storageClass, plugin }, binder)
      : askProvisioner(claim, provisioner, binder),
  );
}

/** Made by the one provisioner of the cluster, as it was before there were classes. */
export function provisionWithoutClass(claim: PersistentVolumeClaim, binder: Binder): void {
  const { state, events } = binder;
  const plugin = state.plugins.find(({ name }) => name === state.alphaProvisioner);
  if (!plugin?.provision) {
    const message = "No provisioner plugin found for the claim!";
    tellClaim(claim, { verdict: "the cluster has no provisioner", remedy: byHand }, binder);
    events.warning(claim, "ProvisioningFailed", message);
    return;
  }
  tellClaim(claim, { verdict: `provisioner ${plugin.name} is to make its volume` }, binder);
  const { namespace, name, uid } = claim.metadata;
  const storageClass: StorageClass = {
    apiVersion: "",
    kind: "StorageClass",
    metadata: { name: "" },
    provisioner: plugin.name,
  };
  state.operations.run(`provision-${namespace}/${name}[${uid}]`, () =>
    provision(claim, { storageClass, plugin }, binder),
  );
}

/** Somebody else makes it. All we do is to say for whom the claim waits. */
async function askProvisioner(
  claim: PersistentVolumeClaim,
  provisioner: string,
  binder: Binder,
): Promise<void> {
  const marked = await markProvisioner(claim, provisioner, binder);
  const { externalProvisioning } = binder.state.words;
  if (externalProvisioning) {
    binder.events.normal(marked, "ExternalProvisioning", externalProvisioning(provisioner));
  }
}

async function markProvisioner(
  claim: PersistentVolumeClaim,
  provisioner: string,
  binder: Binder,
): Promise<PersistentVolumeClaim> {
  const marks = binder.state.words.provisionerAnnotations;
  if (marks.every((mark) => claim.metadata.annotations?.[mark] === provisioner)) return claim;
  const draft = clone(claim);
  draft.metadata.annotations = { ...draft.metadata.annotations };
  for (const mark of marks) draft.metadata.annotations[mark] = provisioner;
  return saveClaim(draft, binder);
}

interface Means {
  readonly storageClass: StorageClass;
  readonly plugin: VolumePlugin;
}

async function provision(
  heard: PersistentVolumeClaim,
  means: Means,
  binder: Binder,
): Promise<void> {
  const { storageClass, plugin } = means;
  const { events } = binder;
  if (heard.spec.dataSource) {
    const message = `plugin "${plugin.name}" is not a CSI plugin. Only CSI plugin can provision a claim with a datasource`;
    events.warning(heard, "ProvisioningFailed", message);
    throw new VolumeError(message);
  }
  const claim = await markProvisioner(heard, storageClass.provisioner, binder);
  const fail = (message: string): VolumeError => {
    events.warning(claim, "ProvisioningFailed", message);
    return new VolumeError(message);
  };
  const name = `pvc-${claim.metadata.uid}`;
  // Perhaps it has been made already, and only the watch is late.
  if (await exists(name, binder)) return;
  if (!plugin.mountOptions && storageClass.mountOptions?.length) {
    throw fail(
      `Mount options are not supported by the provisioner but StorageClass "${storageClass.metadata.name}" has mount options [${storageClass.mountOptions.join(" ")}]`,
    );
  }
  const nodeName = claim.metadata.annotations?.[selectedNode];
  const node = nodeName ? binder.cache.get(nodes, { namespace: "", name: nodeName }) : undefined;
  if (nodeName && !node) throw fail(`Failed to get target node: node "${nodeName}" not found`);
  const made = await make(claim, { ...means, node, name, fail }, binder);
  const volume = volumeOf(claim, made, {
    ...means,
    name,
    gated: binder.era.gates.has("HonorPVReclaimPolicy"),
    annotated: binder.era.behaviors.has("classes-by-annotation"),
  });
  try {
    rememberVolume(await save(volume, binder), binder);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // The storage is there but nobody will know of it: away with it.
    await plugin.delete?.(volume, binder);
    throw fail(
      `Error creating provisioned PV object for claim ${claim.metadata.namespace}/${claim.metadata.name}: ${error.message}. Deleting the volume.`,
    );
  }
  const { provisioned } = binder.state.words;
  if (provisioned) events.normal(claim, "ProvisioningSucceeded", provisioned(name, plugin.name));
}

async function exists(name: string, { client, state }: Binder): Promise<boolean> {
  if (state.volumes.get(name)) return true;
  try {
    await client.get(persistentVolumes, { namespace: "", name });
    return true;
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
    return false;
  }
}

interface Making extends Means {
  readonly name: string;
  readonly node: Node | undefined;
  fail(message: string): VolumeError;
}

async function make(
  claim: PersistentVolumeClaim,
  { storageClass, plugin, name, node, fail }: Making,
  binder: Binder,
): Promise<Provisioned> {
  try {
    const made = await plugin.provision?.({ name, claim, storageClass, node }, binder);
    if (made) return made;
    throw new VolumeError(`plugin ${plugin.name} cannot provision`);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // Another node may have better luck: the scheduler is to choose again.
    if (node) await forgetNode(claim, binder);
    throw fail(binder.state.words.provisioningFailed(storageClass.metadata.name, error.message));
  }
}

async function forgetNode(claim: PersistentVolumeClaim, binder: Binder): Promise<void> {
  const current =
    binder.state.claims.get(`${keyOf(claim).namespace}/${claim.metadata.name}`) ?? claim;
  const draft = clone(current);
  const { [selectedNode]: _node, ...others } = draft.metadata.annotations ?? {};
  draft.metadata.annotations = others;
  await saveClaim(draft, binder);
}

interface Naming extends Means {
  readonly name: string;
  readonly gated: boolean;
  /** The class is named by an annotation. */
  readonly annotated: boolean;
}

function volumeOf(
  claim: PersistentVolumeClaim,
  made: Provisioned,
  { storageClass, plugin, name, gated, annotated }: Naming,
): PersistentVolume {
  const policy = storageClass.reclaimPolicy ?? "Delete";
  const className = classOf(claim);
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name,
      ...(made.labels && { labels: { ...made.labels } }),
      annotations: {
        ...made.annotations,
        [boundByController]: "yes",
        [provisionedBy]: plugin.name,
        ...(annotated && className && { [classAnnotation]: className }),
      },
      ...(gated && policy === "Delete" && { finalizers: [inTreeFinalizer] }),
    },
    spec: {
      ...made.spec,
      claimRef: referTo(claim),
      persistentVolumeReclaimPolicy: policy,
      ...(!annotated && { storageClassName: className }),
      ...(storageClass.mountOptions?.length && { mountOptions: [...storageClass.mountOptions] }),
    },
    status: {},
  };
}

/** Tries for a while: without the object the storage is lost. */
async function save(
  volume: PersistentVolume,
  { client, clock, signal }: Binder,
): Promise<PersistentVolume> {
  for (let tries = 1; ; tries++) {
    try {
      return await client.create(persistentVolumes, clone(volume));
    } catch (error) {
      if (isReason(error, "AlreadyExists")) return client.get(persistentVolumes, keyOf(volume));
      if (!isRefusal(error) || tries === SAVE_TRIES) throw error;
      await clock.sleep(SAVE_WAIT_MS, signal);
    }
  }
}
