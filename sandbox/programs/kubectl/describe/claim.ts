// PersistentVolumeClaims, and who uses them.

import type { PersistentVolumeClaim } from "../../../api/persistentvolumeclaim.ts";
import type { Pod } from "../../../api/pod.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import { claimLines } from "./claim-lines.ts";
import { defineDescriber, others } from "./describer.ts";
import { date, many, table } from "./lines.ts";

export const claim = defineDescriber<PersistentVolumeClaim>({
  kind: "PersistentVolumeClaim",
  async describe({ kubectl, object, events }) {
    const { name, namespace = "" } = object.metadata;
    const pods = await others<Pod>(kubectl, { type: "pods", namespace });
    const users = pods
      .flatMap(({ metadata, spec }) =>
        (spec.volumes ?? [])
          .filter(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name)
          .map(() => metadata.name),
      )
      .sort(byCodePoint);
    const { conditions = [] } = object.status;
    const usedBy = many(kubectl.era.behaviors.has("used-by") ? "Used By" : "Mounted By", users);
    return [
      claimLines(object, kubectl),
      kubectl.words.tellsMounts && usedBy,
      conditions.length > 0 && [
        "Conditions:",
        table(
          ["Type", "Status", "LastProbeTime", "LastTransitionTime", "Reason", "Message"],
          conditions.map((each) => [
            `${each.type} `,
            `${each.status} `,
            `${date(each.lastProbeTime)} `,
            `${date(each.lastTransitionTime)} `,
            `${each.reason ?? ""} `,
            each.message ?? "",
          ]),
          {
            dashes: [
              "----",
              "------",
              "-----------------",
              "------------------",
              "------",
              "-------",
            ],
          },
        ),
      ],
      events,
    ];
  },
});
