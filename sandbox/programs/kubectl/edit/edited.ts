// What came back from the editor, as objects of kinds that the server knows.

import type { KubeObject } from "../../../api/meta.ts";
import { isFields } from "../../../api/patch.ts";
import { goJson } from "../../../api/schema/go-json.ts";
import type { Call } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { itemsOf, type ServedInfo } from "../input/info.ts";
import { documents } from "../input/manifests.ts";

/** The objects of a text, those of a list one by one. */
export async function editedInfos({ kubectl }: Pick<Call, "kubectl">, text: string) {
  const infos: ServedInfo[] = [];
  for (const document of documents(text, "edited-file")) {
    if (!isFields(document)) throw undecodable("json: cannot unmarshal into Go value");
    const whole: object = document;
    for (const object of itemsOf(whole) ?? [whole as KubeObject]) {
      if (!object.kind) throw undecodable(`Object 'Kind' is missing in '${goJson(object)}'`);
      const mapping = await kubectl.discovery.kind(object.apiVersion ?? "", object.kind);
      const { name = "", namespace = "", resourceVersion = "" } = object.metadata ?? {};
      const source = "edited-file";
      infos.push({ mapping, name, namespace, resourceVersion, source, object });
    }
  }
  return infos;
}

const undecodable = (why: string) => new CommandError(`unable to decode "edited-file": ${why}`);
