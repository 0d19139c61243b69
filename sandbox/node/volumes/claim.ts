// From a pod's volume to what is to be mounted: its own source, or the PersistentVolume that its
// claim is bound to. kubelet/volumemanager/populator/desired_state_of_world_populator.go
// createVolumeSpec.

import type { KubeObject, NamespacedName } from "../../api/meta.ts";
import { persistentVolumes } from "../../api/persistentvolume.ts";
import { persistentVolumeClaims } from "../../api/persistentvolumeclaim.ts";
import type { Pod, Volume } from "../../api/pod.ts";
import type { Resource } from "../../api/resource.ts";
import { StatusError } from "../../api/status.ts";
import type { Client } from "../../client/client.ts";
import type { VolumeSpec } from "./plugin.ts";

/**
 * It is not known (yet) what the volume is; nothing is mounted, and the whole pod is tried again.
 */
export class UnknownVolume extends Error {
  override readonly name = "UnknownVolume";
}

export async function resolveVolume(client: Client, pod: Pod, volume: Volume): Promise<VolumeSpec> {
  const { name, persistentVolumeClaim: claim, ...source } = volume;
  if (!claim) return { name, source, persistentVolume: undefined, readOnly: readOnlyOf(source) };
  const { namespace = "" } = pod.metadata;
  const about = `error processing PVC ${namespace}/${claim.claimName}: `;
  const pvc = await fetched(client, persistentVolumeClaims, {
    key: { namespace, name: claim.claimName },
    what: `${about}failed to fetch PVC from API server`,
  });
  const { metadata, spec, status } = pvc;
  const guarded = client.era.gates.has("StorageObjectInUseProtection");
  if (metadata.deletionTimestamp && guarded)
    throw new UnknownVolume(`${about}PVC is being deleted`);
  if (status?.phase !== "Bound") throw new UnknownVolume(`${about}PVC is not bound`);
  if (!spec.volumeName) throw new UnknownVolume(`${about}PVC has empty pvc.Spec.VolumeName`);
  const pv = await fetched(client, persistentVolumes, {
    key: { namespace: "", name: spec.volumeName },
    what: `${about}failed to fetch PV ${spec.volumeName} from API server`,
  });
  const reference = pv.spec.claimRef;
  if (!reference) {
    throw new UnknownVolume(
      `${about}found PV object ${spec.volumeName} but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`,
    );
  }
  if (reference.uid !== metadata.uid) {
    throw new UnknownVolume(
      `${about}found PV object ${spec.volumeName} but its pv.Spec.ClaimRef.UID ${reference.uid ?? ""} does not point to claim.UID ${metadata.uid}`,
    );
  }
  if (pv.spec.volumeMode === "Block") {
    throw new UnknownVolume(
      `volume ${name} has volumeMode Block, but is specified in volumeMounts`,
    );
  }
  return {
    ...{ name: spec.volumeName, source: pv.spec, persistentVolume: pv },
    readOnly: claim.readOnly ?? readOnlyOf(pv.spec),
  };
}

/** Most sources have the field themselves. */
function readOnlyOf(source: Readonly<Record<string, unknown>>): boolean {
  return Object.values(source).some(
    (value) =>
      typeof value === "object" && value !== null && "readOnly" in value && value.readOnly === true,
  );
}

async function fetched<T extends KubeObject>(
  client: Client,
  resource: Resource<T>,
  { key, what }: { readonly key: NamespacedName; readonly what: string },
): Promise<T> {
  try {
    return await client.get(resource, key);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new UnknownVolume(`${what}: ${error.message}`);
  }
}
