// Volumes that are disks of a cloud: EBS and GCE PD differ in names and in what one may ask for.
// pkg/volume/awsebs/aws_util.go, pkg/volume/gcepd/gce_util.go; the choice of a zone is
// cloud-provider/volume/helpers/zones.go SelectZoneForVolume.

import type { Era } from "../../../api/era.ts";
import type { AccessMode, PersistentVolumeSpec } from "../../../api/persistentvolume.ts";
import { quantityValue } from "../../../api/quantity.ts";
import { requestOf } from "../../../api/volume-binding.ts";
import type { Cloud } from "../../../machine/cloud.ts";
import { fnv32 } from "../../../sim/hash.ts";
import { VolumeError } from "../../operations.ts";
import type { Provisioned, ProvisionRequest, VolumePlugin } from "../volume-plugin.ts";

interface Brand {
  readonly name: string;
  readonly provider: Cloud["provider"];
  readonly createdBy: string;
  readonly modes: readonly AccessMode[];
  /** What a class may say beside zones and the file system, in lower case. */
  readonly parameters: readonly string[];
  readonly noCloud: string;
  /** Raw disks have no file system. */
  source(id: string, zone: string, fileSystem: { fsType?: string }): Partial<PersistentVolumeSpec>;
  /** The disk's id; undefined if the volume is of another kind. */
  idOf(spec: PersistentVolumeSpec): string | undefined;
}

const GIB = 2 ** 30;

const ebs: Brand = {
  name: "kubernetes.io/aws-ebs",
  provider: "aws",
  createdBy: "aws-ebs-dynamic-provisioner",
  modes: ["ReadWriteOnce"],
  parameters: ["type", "iopspergb", "encrypted", "kmskeyid"],
  noCloud: "Failed to get AWS Cloud Provider. GetCloudProvider returned <nil> instead",
  source: (id, zone, fileSystem) => ({
    awsElasticBlockStore: { volumeID: `aws://${zone}/${id}`, ...fileSystem },
  }),
  idOf: ({ awsElasticBlockStore }) => awsElasticBlockStore?.volumeID.split("/").at(-1),
};

const pd: Brand = {
  name: "kubernetes.io/gce-pd",
  provider: "gce",
  createdBy: "gce-pd-dynamic-provisioner",
  modes: ["ReadWriteOnce", "ReadOnlyMany"],
  parameters: ["type", "replication-type"],
  noCloud: "Failed to get GCE GCECloudProvider with error <nil>",
  source: (id, _zone, fileSystem) => ({ gcePersistentDisk: { pdName: id, ...fileSystem } }),
  idOf: ({ gcePersistentDisk }) => gcePersistentDisk?.pdName,
};

export const awsElasticBlockStore = (cloud: Cloud | undefined) => cloudDisks(ebs, cloud);
export const gcePersistentDisk = (cloud: Cloud | undefined) => cloudDisks(pd, cloud);

/**
 * As nodes list it: `kubernetes.io/aws-ebs/aws://us-west-2a/vol-0a95433b`; undefined if no disk.
 */
export function diskName(source: Partial<PersistentVolumeSpec>): string | undefined {
  const { awsElasticBlockStore, gcePersistentDisk } = source;
  if (awsElasticBlockStore) return `${ebs.name}/${awsElasticBlockStore.volumeID}`;
  return gcePersistentDisk && `${pd.name}/${gcePersistentDisk.pdName}`;
}

/** The cloud in which a disk is, by such a name. */
export const cloudOf = (name: string, cloud: Cloud | undefined): Cloud =>
  theCloud(name.startsWith(ebs.name) ? ebs : pd, cloud);

/** The cloud's name for a disk, by such a name. */
export const diskId = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

function theCloud({ provider, noCloud }: Brand, given: Cloud | undefined): Cloud {
  if (given?.provider !== provider) throw new VolumeError(noCloud);
  return given;
}

function cloudDisks(brand: Brand, given: Cloud | undefined): VolumePlugin {
  return {
    name: brand.name,
    mountOptions: true,
    supports: (spec) => brand.idOf(spec) !== undefined,

    async provision(request, { era }): Promise<Provisioned> {
      const cloud = theCloud(brand, given);
      const { claim, name, storageClass } = request;
      const modes = claim.spec.accessModes ?? [...brand.modes];
      if (!modes.every((mode) => brand.modes.includes(mode))) {
        throw new VolumeError(
          `invalid AccessModes [${modes.join(" ")}]: only AccessModes [${brand.modes.join(" ")}] are supported`,
        );
      }
      const parameters = readParameters(brand, storageClass.parameters ?? {});
      if (claim.spec.selector) {
        throw new VolumeError(
          `claim.Spec.Selector is not supported for dynamic provisioning on ${brand.provider.toUpperCase()}`,
        );
      }
      const zone = chooseZone(request, parameters, cloud);
      const sizeGiB = Math.ceil(requestOf(claim) / GIB);
      const { namespace = "", name: claimName } = claim.metadata;
      const disk = await cloud.create({
        ...{ name: `kubernetes-dynamic-${name}`, zone, sizeGiB },
        tags: {
          Name: `kubernetes-dynamic-${name}`,
          "kubernetes.io/created-for/pv/name": name,
          "kubernetes.io/created-for/pvc/name": claimName,
          "kubernetes.io/created-for/pvc/namespace": namespace,
        },
      });
      const fsType = parameters.get("fstype") ?? "ext4";
      const fileSystem = claim.spec.volumeMode === "Block" ? {} : { fsType };
      const labels = topologyLabels(zone, cloud.region, era);
      return {
        annotations: { "kubernetes.io/createdby": brand.createdBy },
        labels,
        spec: {
          accessModes: [...modes],
          capacity: { storage: `${sizeGiB}Gi` },
          ...(claim.spec.volumeMode && { volumeMode: claim.spec.volumeMode }),
          ...brand.source(disk.id, zone, fileSystem),
          ...(era.behaviors.has("provisioned-node-affinity") && affinityTo(labels)),
        },
      };
    },

    async delete({ spec }) {
      await theCloud(brand, given).delete(brand.idOf(spec) ?? "");
    },

    async expand({ spec }, size) {
      const sizeGiB = Math.ceil(quantityValue(size) / GIB);
      await theCloud(brand, given).resize(brand.idOf(spec) ?? "", sizeGiB);
      return `${sizeGiB}Gi`;
    },
  };
}

function readParameters(
  { name, parameters }: Brand,
  given: Readonly<Record<string, string>>,
): Map<string, string> {
  const known = [...parameters, "zone", "zones", "fstype"];
  const read = new Map<string, string>();
  for (const [key, value] of Object.entries(given)) {
    if (!known.includes(key.toLowerCase())) {
      throw new VolumeError(`invalid option "${key}" for volume plugin ${name}`);
    }
    read.set(key.toLowerCase(), value);
  }
  return read;
}

const zoneLabels = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];

/** The zone of the node that was chosen; or one that the class allows, by the claim's name. */
function chooseZone(
  { claim, node, storageClass }: ProvisionRequest,
  parameters: ReadonlyMap<string, string>,
  cloud: Cloud,
): string {
  const asked = (parameters.get("zones") ?? parameters.get("zone"))?.split(",");
  const allowed = (storageClass.allowedTopologies ?? [])
    .flatMap(({ matchLabelExpressions = [] }) => matchLabelExpressions)
    .filter(({ key }) => zoneLabels.includes(key))
    .flatMap(({ values }) => values);
  if (node) {
    const zone = zoneLabels.map((label) => node.metadata.labels?.[label]).find(Boolean);
    if (!zone) throw new VolumeError(`zone is missing in the labels of node ${node.metadata.name}`);
    return zone;
  }
  const zones = asked ?? (allowed.length > 0 ? allowed : cloud.zones());
  const { hash, index } = placeOf(claim.metadata.name);
  const sorted = [...new Set(zones.map((zone) => zone.trim()))].sort();
  const zone = sorted[((hash + index) >>> 0) % sorted.length];
  if (!zone) throw new VolumeError("no zones in which to make the disk");
  return zone;
}

/**
 * The claims of a StatefulSet go round the zones by their ordinals, and those of one pod into one:
 * only the set's name is hashed in `www-web-2`.
 */
function placeOf(claim: string): { hash: number; index: number } {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const match = /^(.*)-(\d+)$/.exec(claim);
  if (!match) return { hash: fnv32(bytes(claim)), index: 0 };
  const [, before = "", ordinal] = match;
  return { hash: fnv32(bytes(before.slice(before.lastIndexOf("-") + 1))), index: Number(ordinal) };
}

function topologyLabels(zone: string, region: string, { behaviors }: Era): Record<string, string> {
  const domain = behaviors.has("topology-labels")
    ? "topology.kubernetes.io"
    : "failure-domain.beta.kubernetes.io";
  return { [`${domain}/region`]: region, [`${domain}/zone`]: zone };
}

function affinityTo(labels: Readonly<Record<string, string>>): Partial<PersistentVolumeSpec> {
  const matchExpressions = Object.entries(labels).map(([key, value]) => ({
    key,
    operator: "In" as const,
    values: [value],
  }));
  return { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } } };
}
