// rbd: an image of a Ceph cluster, which the node's kernel maps to a device. pkg/volume/rbd/rbd.go,
// rbd_util.go; the words below are rbd's own.

import { decodeBase64 } from "../../api/base64.ts";
import type { Tree } from "../../machine/files.ts";
import {
  MountError,
  type Mounted,
  type MountRequest,
  missing,
  sourceOf,
  type VolumePlugin,
} from "./plugin.ts";

interface RbdSource {
  readonly monitors: readonly string[];
  readonly image: string;
  readonly pool?: string;
  readonly user?: string;
  readonly keyring?: string;
  readonly secretRef?: { readonly name: string };
  readonly readOnly?: boolean;
}

export interface MapRequest {
  readonly monitors: readonly string[];
  readonly pool: string;
  readonly image: string;
  readonly user: string;
  /** Undefined: the node has none. */
  readonly key: string | undefined;
  readonly node: string;
  readonly readOnly: boolean;
}

/** Ceph clusters on the network, as a node's kernel reaches them. */
export interface BlockImages {
  /** The device's content, or why it cannot be mapped, as `rbd map` says it. */
  map(request: MapRequest): Pick<Tree, "place" | "files"> | string;
  unmap(request: Pick<MapRequest, "pool" | "image" | "node">): void;
}

export const rbd = (images: BlockImages): VolumePlugin => ({
  name: "kubernetes.io/rbd",
  field: "rbd",
  async setUp({ spec, pod, path, host }: MountRequest): Promise<Mounted> {
    const source = sourceOf<RbdSource>(spec, "rbd");
    const { monitors, image, pool = "rbd", user = "admin", secretRef, keyring } = source;
    const readOnly = spec.readOnly || (source.readOnly ?? false);
    let key: string | undefined;
    if (secretRef) {
      const { namespace = "" } = pod.metadata;
      const secret = await host.secret({ namespace, name: secretRef.name }, pod);
      if (!secret) {
        throw new MountError(
          `rbd: failed to get secret: ${missing(host, "secret", secretRef.name)}`,
        );
      }
      for (const value of Object.values(secret.data ?? {})) key = decodeBase64(value)?.trim();
    } else if (keyring && host.files.kind(keyring) === "file") {
      key = /key\s*=\s*(\S+)/.exec(host.files.read(keyring))?.[1];
    }
    const { files, nodeName: node } = host;
    const mapped = images.map({ monitors, pool, image, user, key, node, readOnly });
    if (typeof mapped === "string") {
      throw new MountError(`rbd: map failed exit status 1 ${mapped}`);
    }
    // What mkfs.ext4 leaves on an image that was empty.
    if (!mapped.files.kind("/lost+found")) {
      mapped.files.makeDirectory("/lost+found", { mode: 0o700 });
    }
    files.makeDirectory(path, { parents: true });
    files.mount(path, mapped.place);
    return {
      ...{ place: mapped.place, path, kind: "directory", readOnly },
      tearDown() {
        files.unmount(path);
        images.unmap({ pool, image, node });
      },
    };
  },
});
