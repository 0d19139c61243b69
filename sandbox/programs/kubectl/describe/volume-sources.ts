// Where the contents of a volume come from: what each plugin has to say, field by field.
// kubectl pkg/describe/describe.go print…VolumeSource.

import { isFields } from "../../../api/patch.ts";
import { compareQuantities } from "../../../api/quantity.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import { goText } from "../print/go-text.ts";
import { indent, type Lines } from "./lines.ts";

export type Source = Readonly<Record<string, unknown>>;

/** What is shown of a field that is not there. */
type Absent = string | number | boolean;

type Field = readonly [title: string, field: string, absent: Absent];

interface Plugin {
  readonly type: string;
  readonly fields: readonly Field[];
}

const FS: Field = ["FSType:", "fsType", ""];
const READ_ONLY: Field = ["ReadOnly:", "readOnly", false];
const SECRET: Field = ["SecretRef:", "secretRef", "nil"];
const PARTITION: Field = ["Partition:", "partition", 0];
const PATH: Field = ["Path:", "path", ""];
const VOLUME: Field = ["VolumeID:", "volumeID", ""];

const plugins: Readonly<Record<string, Plugin>> = {
  hostPath: {
    type: "HostPath (bare host directory volume)",
    fields: [PATH, ["HostPathType:", "type", "<none>"]],
  },
  emptyDir: {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    fields: [
      ["Medium:", "medium", ""],
      ["SizeLimit:", "sizeLimit", "<unset>"],
    ],
  },
  gcePersistentDisk: {
    type: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
    fields: [["PDName:", "pdName", ""], FS, PARTITION, READ_ONLY],
  },
  awsElasticBlockStore: {
    type: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
    fields: [VOLUME, FS, PARTITION, READ_ONLY],
  },
  gitRepo: {
    type: "GitRepo (a volume that is pulled from git when the pod is created)",
    fields: [
      ["Repository:", "repository", ""],
      ["Revision:", "revision", ""],
    ],
  },
  secret: {
    type: "Secret (a volume populated by a Secret)",
    fields: [
      ["SecretName:", "secretName", ""],
      ["Optional:", "optional", false],
    ],
  },
  configMap: {
    type: "ConfigMap (a volume populated by a ConfigMap)",
    fields: [
      ["Name:", "name", ""],
      ["Optional:", "optional", false],
    ],
  },
  nfs: {
    type: "NFS (an NFS mount that lasts the lifetime of a pod)",
    fields: [["Server:", "server", ""], PATH, READ_ONLY],
  },
  iscsi: {
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    fields: [
      ["TargetPortal:", "targetPortal", ""],
      ["IQN:", "iqn", ""],
      ["Lun:", "lun", 0],
      // Upstream's, without a colon.
      ["ISCSIInterface", "iscsiInterface", ""],
      FS,
      READ_ONLY,
      ["Portals:", "portals", "[]"],
      ["DiscoveryCHAPAuth:", "chapAuthDiscovery", false],
      ["SessionCHAPAuth:", "chapAuthSession", false],
      SECRET,
      ["InitiatorName:", "initiatorName", "<none>"],
    ],
  },
  glusterfs: {
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    fields: [["EndpointsName:", "endpoints", ""], PATH, READ_ONLY],
  },
  persistentVolumeClaim: {
    type: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
    fields: [["ClaimName:", "claimName", ""], READ_ONLY],
  },
  rbd: {
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    fields: [
      ["CephMonitors:", "monitors", "[]"],
      ["RBDImage:", "image", ""],
      FS,
      ["RBDPool:", "pool", ""],
      ["RadosUser:", "user", ""],
      ["Keyring:", "keyring", ""],
      SECRET,
      READ_ONLY,
    ],
  },
  azureDisk: {
    type: "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
    fields: [
      ["DiskName:", "diskName", ""],
      ["DiskURI:", "diskURI", ""],
      ["Kind: ", "kind", "Shared"],
      FS,
      ["CachingMode:", "cachingMode", "ReadWrite"],
      READ_ONLY,
    ],
  },
  azureFile: {
    type: "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
    fields: [["SecretName:", "secretName", ""], ["ShareName:", "shareName", ""], READ_ONLY],
  },
  vsphereVolume: {
    type: "vSphereVolume (a Persistent Disk resource in vSphere)",
    fields: [
      ["VolumePath:", "volumePath", ""],
      FS,
      ["StoragePolicyName:", "storagePolicyName", ""],
    ],
  },
  cinder: {
    type: "Cinder (a Persistent Disk resource in OpenStack)",
    fields: [VOLUME, FS, READ_ONLY, SECRET],
  },
  cephfs: {
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    fields: [
      ["Monitors:", "monitors", "[]"],
      PATH,
      ["User:", "user", ""],
      ["SecretFile:", "secretFile", ""],
      SECRET,
      READ_ONLY,
    ],
  },
  fc: {
    type: "FC (a Fibre Channel disk)",
    fields: [["TargetWWNs:", "targetWWNs", ""], ["LUN:", "lun", "<none>"], FS, READ_ONLY],
  },
  flexVolume: {
    type: "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
    fields: [["Driver:", "driver", ""], FS, SECRET, READ_ONLY, ["Options:", "options", "map[]"]],
  },
  portworxVolume: { type: "PortworxVolume (a Portworx Volume resource)", fields: [VOLUME] },
  local: {
    type: "LocalVolume (a persistent volume backed by local storage on a node)",
    fields: [PATH],
  },
  image: {
    type: "Image (a container image or OCI artifact)",
    fields: [
      ["Reference:", "reference", ""],
      ["PullPolicy:", "pullPolicy", ""],
    ],
  },
};

/** In a persistent volume more is said of where it is. */
const persistentFields: Readonly<Record<string, readonly Field[]>> = {
  csi: [["Driver:", "driver", ""], FS, ["VolumeHandle:", "volumeHandle", ""], READ_ONLY],
  glusterfs: [
    ["EndpointsName:", "endpoints", ""],
    ["EndpointsNamespace:", "endpointsNamespace", "<unset>"],
    PATH,
    READ_ONLY,
  ],
  azureFile: [
    ["SecretName:", "secretName", ""],
    ["SecretNamespace:", "secretNamespace", ""],
    ["ShareName:", "shareName", ""],
    READ_ONLY,
  ],
};

const csi: Plugin = {
  type: "CSI (a Container Storage Interface (CSI) volume source)",
  fields: [["Driver:", "driver", ""], FS, READ_ONLY],
};

/** The lines of a plugin of which all is said field by field; undefined for other plugins. */
export function sourceLines(name: string, source: Source, isPersistent: boolean): Lines {
  const plugin = name === "csi" ? csi : plugins[name];
  if (!plugin) return undefined;
  const fields = (isPersistent && persistentFields[name]) || plugin.fields;
  return indent(2, [
    `Type:\t${plugin.type}`,
    ...fields.map(([title, field, absent]) => `${title}\t${shown(source, field, absent)}`),
    name === "csi" && attributes(source["volumeAttributes"]),
  ]);
}

function shown(source: Source, field: string, absent: Absent): string {
  const value = source[field];
  if (value === undefined || value === null) return String(absent);
  if (field === "sizeLimit") {
    return compareQuantities(String(value), "0") > 0 ? String(value) : "<unset>";
  }
  if (field === "targetWWNs" && Array.isArray(value)) return value.join(", ");
  if (field === "secretRef" && isFields(value)) return secretText(value);
  return goText(value);
}

/** Go's print of a reference, which has a namespace in a persistent volume. */
function secretText({ name = "", namespace }: Source): string {
  return namespace === undefined
    ? `&LocalObjectReference{Name:${name},}`
    : `&SecretReference{Name:${name},Namespace:${namespace},}`;
}

function attributes(value: unknown): Lines {
  const pairs = isFields(value) ? value : {};
  const [first, ...rest] = Object.keys(pairs)
    .sort(byCodePoint)
    .map((key) => `    ${`${key}=${pairs[key]}`}`);
  if (first === undefined) return "VolumeAttributes:\t<none>";
  return [`VolumeAttributes:\t${first}`, ...rest.map((line) => `    \t${line}`)];
}
