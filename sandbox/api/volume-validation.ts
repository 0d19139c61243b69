// What must be right with the volumes of a pod. pkg/apis/core/validation/validation.go, in its
// order.
// differs: of seldom used types of volumes only the required fields are checked.

import {
  validateFieldRef,
  validateResourceFieldRef,
  volumeFieldPaths,
} from "./downward-validation.ts";
import type { Era } from "./era.ts";
import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalid,
  invalids,
  oneOf,
  required,
} from "./field-error.ts";
import { labelProblems, rangeProblems } from "./names.ts";
import type { DownwardFile, KeyToPath, ProjectedSource, Volume } from "./pod.ts";
import { compareQuantities } from "./quantity.ts";

type Source = Readonly<Record<string, unknown>>;

/** Types of volumes in the order in which they are looked at, with what each must say. */
const sources: ReadonlyMap<string, readonly string[]> = new Map(
  `emptyDir hostPath:path gitRepo:repository gcePersistentDisk:pdName awsElasticBlockStore:volumeID
secret:secretName nfs:server,path iscsi:targetPortal,iqn glusterfs:endpoints,path flocker
persistentVolumeClaim:claimName rbd:monitors,image cinder:volumeID cephfs:monitors
quobyte:registry,volume downwardAPI fc flexVolume:driver configMap:name azureFile:secretName,shareName
vsphereVolume:volumePath photonPersistentDisk:pdID portworxVolume:volumeID azureDisk:diskName,diskURI
storageos:volumeName projected scaleIO:gateway,system,volumeName csi:driver
ephemeral:volumeClaimTemplate`
    .split(/\s+/)
    .map((entry): [string, readonly string[]] => {
      const [name = "", fields] = entry.split(":");
      return [name, fields?.split(",") ?? []];
    }),
);

/** Where upstream's texts name another field than the one that is meant. */
const misnamed: Readonly<Record<string, string>> = { cephfs: "cephFS", downwardAPI: "downwarAPI" };

/** Names of the volumes that are all right, with their types, for those who mount them. */
export type Volumes = ReadonlyMap<string, string>;

export function validateVolumes(
  volumes: readonly Volume[] | undefined,
  field: string,
  era: Era,
): { readonly errors: FieldError[]; readonly known: Volumes } {
  const known = new Map<string, string>();
  const errors = (volumes ?? []).flatMap((volume, index) => {
    const path = `${field}[${index}]`;
    const { name } = volume;
    const { errors, type } = validateSource(volume, path, era);
    if (!name) errors.push(required(`${path}.name`));
    else errors.push(...invalids(`${path}.name`, name, labelProblems(name, era)));
    if (known.has(name)) errors.push(duplicate(`${path}.name`, name));
    if (errors.length === 0) known.set(name, type);
    return errors;
  });
  return { errors, known };
}

function validateSource(
  volume: Volume,
  field: string,
  era: Era,
): { readonly errors: FieldError[]; readonly type: string } {
  const errors: FieldError[] = [];
  let type = "";
  for (const name in volume) {
    if (name === "name" || volume[name] === undefined || !sources.has(name)) continue;
    if (type) {
      const first = [...sources.keys()].find((each) => each === type || each === name);
      const second = first === type ? name : type;
      const text = "may not specify more than 1 volume type";
      errors.push(forbiddenField(`${field}.${misnamed[second] ?? second}`, text));
      continue;
    }
    type = name;
    const path = `${field}.${name === "gcePersistentDisk" ? "persistentDisk" : name}`;
    errors.push(...validateVolumeSource({ name, source: volume[name] as Source }, path, era));
  }
  if (!type) errors.push(required(field, "must specify a volume type"));
  return { errors, type };
}

/** One source; those of persistent volumes follow the same rules. */
export function validateVolumeSource(
  { name, source }: { readonly name: string; readonly source: Source },
  field: string,
  era: Era,
): FieldError[] {
  const missing = (sources.get(name) ?? [])
    .filter((each) => isEmpty(source[each]))
    .map((each) => required(`${field}.${each}`));
  return [...missing, ...(special[name]?.(source as never, field, era) ?? [])];
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (Array.isArray(value) && value.length === 0);

const special: Readonly<Record<string, (source: never, field: string, era: Era) => FieldError[]>> =
  {
    emptyDir: ({ sizeLimit }: { sizeLimit?: string }, field) =>
      sizeLimit !== undefined && compareQuantities(sizeLimit, "0") < 0
        ? [
            forbiddenField(
              `${field}.sizeLimit`,
              "SizeLimit field must be a valid resource quantity",
            ),
          ]
        : [],
    hostPath({ path, type }: { path?: string; type?: string }, field) {
      if (!path) return [];
      const errors = noBacksteps(path, `${field}.path`);
      return type ? [...errors, ...oneOf(`${field}.type`, type, hostPathTypes)] : errors;
    },
    gcePersistentDisk: validatePartition,
    awsElasticBlockStore: validatePartition,
    secret: validateFiles,
    configMap: validateFiles,
    nfs: ({ path = "" }: { path?: string }, field) =>
      path.startsWith("/") ? [] : [invalid(`${field}.path`, path, "must be an absolute path")],
    iscsi: ({ lun = 0 }: { lun?: number }, field) => [
      ...invalids(`${field}.lun`, lun, rangeProblems(lun, 0, 255)),
    ],
    downwardAPI(source: { items?: DownwardFile[]; defaultMode?: number }, field, era) {
      const { defaultMode, items } = source;
      return [
        ...validateMode(defaultMode, `${field}.defaultMode`),
        ...(items ?? []).flatMap((item) => validateDownwardFile(item, field, era)),
      ];
    },
    projected(source: { sources?: ProjectedSource[]; defaultMode?: number }, field, era) {
      return [
        ...validateMode(source.defaultMode, `${field}.defaultMode`),
        ...validateProjections(source.sources ?? [], field, era),
      ];
    },
  };

const hostPathTypes = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];

function validatePartition({ partition = 0 }: { partition?: number }, field: string): FieldError[] {
  return partition < 0 || partition > 255
    ? [invalid(`${field}.partition`, partition, "must be between 1 and 255, inclusive")]
    : [];
}

function validateFiles(
  { defaultMode, items }: { defaultMode?: number; items?: KeyToPath[] },
  field: string,
): FieldError[] {
  return [
    ...validateMode(defaultMode, `${field}.defaultMode`),
    ...(items ?? []).flatMap((item, index) => validateKeyToPath(item, `${field}.items[${index}]`)),
  ];
}

function validateMode(mode: number | undefined, field: string): FieldError[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return [];
  return [invalid(field, mode, "must be a number between 0 and 0777 (octal), both inclusive")];
}

function validateKeyToPath({ key, path = "", mode }: KeyToPath, field: string): FieldError[] {
  return [
    ...(key ? [] : [required(`${field}.key`)]),
    ...(path ? [] : [required(`${field}.path`)]),
    ...relativePath(path, `${field}.path`, { reserved: true }),
    ...validateMode(mode, `${field}.mode`),
  ];
}

function validateDownwardFile(file: DownwardFile, field: string, era: Era): FieldError[] {
  const { path = "", fieldRef, resourceFieldRef } = file;
  const errors = [
    ...(path ? [] : [required(`${field}.path`)]),
    ...relativePath(path, `${field}.path`, { reserved: true }),
  ];
  if (fieldRef) {
    errors.push(
      ...validateFieldRef(fieldRef, `${field}.fieldRef`, { era, paths: volumeFieldPaths }),
    );
    if (resourceFieldRef) {
      const text = "fieldRef and resourceFieldRef can not be specified simultaneously";
      errors.push(invalid(field, "resource", text));
    }
  } else if (resourceFieldRef) {
    errors.push(
      ...validateResourceFieldRef(resourceFieldRef, `${field}.resourceFieldRef`, {
        inVolume: true,
      }),
    );
  } else errors.push(required(field, "one of fieldRef and resourceFieldRef is required"));
  return [...errors, ...validateMode((file as { mode?: number }).mode, `${field}.mode`)];
}

function validateProjections(
  all: readonly ProjectedSource[],
  field: string,
  era: Era,
): FieldError[] {
  const paths = new Set<string>();
  const once = (path: string | undefined, owner: string | undefined): FieldError[] => {
    if (!path) return [];
    if (paths.has(path)) return [invalid(field, owner ?? path, "conflicting duplicate paths")];
    paths.add(path);
    return [];
  };
  return all.flatMap((source, index) => {
    const path = `${field}.sources[${index}]`;
    const errors: FieldError[] = [];
    for (const type of ["secret", "configMap"] as const) {
      const { name, items = [] } = source[type] ?? {};
      if (source[type] && !name) errors.push(required(`${path}.${type}.name`));
      for (const [at, item] of items.entries()) {
        errors.push(...validateKeyToPath(item, `${path}.${type}.items[${at}]`));
        errors.push(...once(item.path, name));
      }
    }
    for (const file of source.downwardAPI?.items ?? []) {
      errors.push(...validateDownwardFile(file, `${path}.downwardAPI`, era));
      errors.push(...once(file.path, undefined));
    }
    errors.push(...validateToken(source.serviceAccountToken, path, field));
    const given = Object.values(source).filter((each) => each !== undefined);
    if (given.length > 1)
      errors.push(forbiddenField(path, "may not specify more than 1 volume type"));
    return errors;
  });
}

function validateToken(
  token: ProjectedSource["serviceAccountToken"],
  path: string,
  field: string,
): FieldError[] {
  if (!token) return [];
  const { expirationSeconds = 0 } = token;
  const errors: FieldError[] = [];
  const complain = (text: string) =>
    errors.push(invalid(`${path}.serviceAccountToken.expirationSeconds`, expirationSeconds, text));
  if (expirationSeconds < 600) complain("may not specify a duration less than 10 minutes");
  if (expirationSeconds > 2 ** 32) complain("may not specify a duration larger than 2^32 seconds");
  if (!token.path) errors.push(required(`${field}.path`));
  return errors;
}

/** A path that stays below where it starts. */
export function relativePath(
  path: string,
  field: string,
  { reserved = false }: { readonly reserved?: boolean } = {},
): FieldError[] {
  const errors = path.startsWith("/") ? [invalid(field, path, "must be a relative path")] : [];
  errors.push(...noBacksteps(path, field));
  if (reserved && path.startsWith("..") && path !== ".." && !path.startsWith("../")) {
    errors.push(invalid(field, path, "must not start with '..'"));
  }
  return errors;
}

export const noBacksteps = (path: string, field: string): FieldError[] =>
  path.split("/").includes("..") ? [invalid(field, path, "must not contain '..'")] : [];
