// Volumes and instances as EC2 describes them.

import type { CloudDisk } from "../../machine/cloud.ts";
import type { Instance, Instances } from "../../machine/instances.ts";
import type { Json } from "./options.ts";

const stamp = (at: number): string => new Date(at).toISOString();

export function volumeJson(disk: CloudDisk, instances: Instances): Json {
  const { id, zone, sizeGiB, created, tags, attachment } = disk;
  const attachments = attachment
    ? [
        {
          AttachTime: stamp(attachment.since),
          Device: attachment.device,
          InstanceId: instances.find(attachment.node)?.id ?? attachment.node,
          State: "attached",
          VolumeId: id,
          DeleteOnTermination: false,
        },
      ]
    : [];
  return {
    Attachments: attachments,
    AvailabilityZone: zone,
    CreateTime: stamp(created),
    Encrypted: false,
    Size: sizeGiB,
    SnapshotId: "",
    State: attachment ? "in-use" : "available",
    VolumeId: id,
    Iops: Math.max(100, 3 * sizeGiB),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    VolumeType: "gp2",
  };
}

const codes = {
  ...{ pending: 0, running: 16, "shutting-down": 32, terminated: 48, stopping: 64, stopped: 80 },
} as const;

export function instanceJson({ id, name, address, zone, type, state, launched }: Instance): Json {
  return {
    InstanceId: id,
    InstanceType: type,
    LaunchTime: stamp(launched),
    Placement: { AvailabilityZone: zone, GroupName: "", Tenancy: "default" },
    PrivateDnsName: state === "terminated" ? "" : name,
    ...(state !== "terminated" && { PrivateIpAddress: address }),
    State: { Code: codes[state], Name: state },
  };
}
