// What the kubelet of each era says, and its container runtime. Each era gives what it says
// otherwise than the one below it in this file.

import type { KubeletWords } from "../../api/words/kubelet.ts";

/** 1.19 and 1.20, on docker 19.03. */
export const v1_20: KubeletWords = {
  runtime: "docker",
  runtimeVersion: "19.3.14",
  imageIdPrefix: "docker-pullable://",
  pressures: ["MemoryPressure", "DiskPressure", "PIDPressure"],
  labelPrefixes: ["beta.kubernetes.io/", "kubernetes.io/"],
  tellsProxy: true,
  pulling: 'Pulling image "{image}"',
  pulled: 'Successfully pulled image "{image}" in {time}',
  present: 'Container image "{image}" already present on machine',
  created: "Created container {container}",
  started: "Started container {container}",
  backOffPull: 'Back-off pulling image "{image}"',
  backOffStart: "Back-off restarting failed container",
  backOffStatus: "back-off {time} restarting failed container={container} pod={pod}",
  backOffPullStatus: 'Back-off pulling image "{image}"',
  createFailed: "Error: {error}",
  startFailed: "Error: {error}",
  killedAfterwards: false,
  killing: "Stopping container {container}",
  killingUnhealthy: "Container {container} failed {probe} probe, will be restarted",
  killingChanged: "Container {container} definition changed, will be restarted",
  killingHook: "FailedPostStartHook",
  postStartFailed: undefined,
  preStopFailed: undefined,
  sandboxChanged: ["SandboxChanged", "Pod sandbox changed, it will be killed and re-created."],
  sandboxFailed: "Failed to create pod sandbox: {error}",
  syncFailed: undefined,
  mountFailed: '{step} failed for volume "{volume}" : {error}',
  volumesMissing:
    "Unable to attach or mount volumes: unmounted volumes={unmounted}, unattached volumes={volumes}: {why}",
  volumesTimeout: "timed out waiting for the condition",
  missingObject: "singular",
  rejected: "Pod {reason}",
  httpFailed: 'Get "{url}": {error}',
  noTag:
    "rpc error: code = Unknown desc = Error response from daemon: manifest for {image} not found: manifest unknown: manifest unknown",
  noRepository:
    "rpc error: code = Unknown desc = Error response from daemon: pull access denied for {name}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
  noHost:
    "rpc error: code = Unknown desc = Error response from daemon: Get https://{host}/v2/: dial tcp: lookup {host}: no such host",
  cannotRun:
    'failed to start container "{id}": Error response from daemon: OCI runtime create failed: container_linux.go:370: starting container process caused: {why}: unknown',
  cannotExec:
    "OCI runtime exec failed: exec failed: container_linux.go:370: starting container process caused: {why}: unknown",
  cannotRunReason: "ContainerCannotRun",
  cannotRunCode: 127,
  noCommand: "Error response from daemon: No command specified",
};

/** 1.11, on docker 17.06. */
export const v1_11: KubeletWords = {
  ...v1_20,
  runtimeVersion: "17.6.2",
  pressures: ["OutOfDisk", "MemoryPressure", "DiskPressure", "PIDPressure"],
  labelPrefixes: ["beta.kubernetes.io/"],
  pulling: 'pulling image "{image}"',
  pulled: 'Successfully pulled image "{image}"',
  created: "Created container",
  started: "Started container",
  backOffStatus: "Back-off {time} restarting failed container={container} pod={pod}",
  killedAfterwards: true,
  killing: "Killing container with id docker://{container}:Need to kill Pod",
  killingUnhealthy:
    "Killing container with id docker://{container}:Container failed {probe} probe.. Container will be killed and recreated.",
  killingChanged:
    "Killing container with id docker://{container}:Container spec hash changed ({hashes}).. Container will be killed and recreated.",
  killingHook: "Killing container with id docker://{container}:FailedPostStartHook",
  sandboxFailed: "Failed create pod sandbox: {error}",
  volumesMissing:
    'Unable to mount volumes for pod "{pod}": {why} for pod "{namespace}"/"{name}". list of unmounted volumes={unmounted}. list of unattached volumes={volumes}',
  volumesTimeout: "timeout expired waiting for volumes to attach or mount",
  missingObject: "plural",
  httpFailed: "Get {url}: {error}",
  noTag:
    "rpc error: code = Unknown desc = Error response from daemon: manifest for {image} not found",
  noRepository:
    "rpc error: code = Unknown desc = Error response from daemon: repository {name} not found: does not exist or no pull access",
  cannotRun:
    'failed to start container "{id}": Error response from daemon: oci runtime error: container_linux.go:262: starting container process caused "{quoted}"',
  cannotExec:
    'rpc error: code = 2 desc = oci runtime error: exec failed: container_linux.go:262: starting container process caused "{quoted}"',
  noCommand: "Error response from daemon: No command specified",
};

/** 1.5, which talks to docker 1.12 itself. */
export const v1_5: KubeletWords = {
  ...v1_11,
  runtimeVersion: "1.12.6",
  pressures: ["OutOfDisk", "MemoryPressure", "DiskPressure"],
  imageIdPrefix: "docker://sha256:",
  created: "Created container with docker id {id}; Security:[seccomp=unconfined]",
  started: "Started container with docker id {id}",
  backOffStart: "Back-off restarting failed docker container",
  createFailed:
    'Failed to create docker container "{container}" of pod "{pod}" with error: {error}',
  startFailed: "Failed to start container with docker id {id} with error: {error}",
  killing: "Killing container with docker id {id}: Need to kill pod.",
  killingUnhealthy:
    'Killing container with docker id {id}: pod "{pod}" container "{container}" is unhealthy, it will be killed and re-created.',
  killingChanged:
    'Killing container with docker id {id}: pod "{pod}" container "{container}" hash changed ({hashes}), it will be killed and re-created.',
  killingHook: "Killing container with docker id {id}: {error}",
  sandboxChanged: ["InfraChanged", "Pod infrastructure changed, it will be killed and re-created."],
  syncFailed: "Error syncing pod, skipping: {error}",
  mountFailed:
    '{step} failed for volume "{unique}" (spec.Name: "{volume}") pod "{uid}" (UID: "{uid}") with: {error}',
  volumesMissing:
    'Unable to mount volumes for pod "{pod}": {why} for pod "{name}"/"{namespace}". list of unattached/unmounted volumes={unmounted}',
  volumesTimeout: "timeout expired waiting for volumes to attach/mount",
  noTag: "Tag {tag} not found in repository {host}/{repository}",
  noRepository: "Error: image {repository}:{tag} not found",
  noHost:
    "Network timed out while trying to connect to https://{host}/v1/_ping. You may want to check your internet connection or if you are behind a proxy.",
  cannotRun: 'Error response from daemon: {"message":"oci runtime error: {quoted}"}',
  cannotExec: 'rpc error: code = 2 desc = "oci runtime error: exec failed: {quoted}"',
};

/** 1.3, on docker 1.9 … 1.11. */
export const v1_3: KubeletWords = {
  ...v1_5,
  runtimeVersion: "1.11.2",
  pressures: ["OutOfDisk", "MemoryPressure"],
  created: "Created container with docker id {id}",
  createFailed: "Failed to create docker container with error: {error}",
};

/** 1.34, on containerd 2. */
export const v1_34: KubeletWords = {
  ...v1_20,
  runtime: "containerd",
  runtimeVersion: "2.1.4",
  tellsProxy: false,
  imageIdPrefix: "",
  pulled:
    'Successfully pulled image "{image}" in {time} ({time} including waiting). Image size: {size} bytes.',
  created: "Created container: {container}",
  backOffStart: "Back-off restarting failed container {container} in pod {pod}",
  backOffPullStatus: 'Back-off pulling image "{image}": ErrImagePull: {error}',
  postStartFailed: "PostStartHook failed",
  preStopFailed: "PreStopHook failed",
  volumesMissing:
    "Unable to attach or mount volumes: unmounted volumes={unmounted}, unattached volumes={unattached}, failed to process volumes={unprocessed}: {why}",
  volumesTimeout: "context deadline exceeded",
  rejected: "Pod was rejected: {reason}",
  noTag:
    'rpc error: code = NotFound desc = failed to pull and unpack image "{full}": failed to resolve reference "{full}": {full}: not found',
  noRepository:
    'failed to pull and unpack image "{full}": failed to resolve reference "{full}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  noHost:
    'failed to pull and unpack image "{full}": failed to resolve reference "{full}": failed to do request: Head "https://{host}/v2/{repository}/manifests/{tag}": dial tcp: lookup {host}: no such host',
  cannotRun:
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: {why}",
  cannotExec:
    'failed to exec in container: failed to start exec "{id}": OCI runtime exec failed: exec failed: unable to start container process: {why}',
  cannotRunReason: "StartError",
  cannotRunCode: 128,
  noCommand:
    'failed to generate container "{id}" spec: failed to generate spec: no command specified',
};
