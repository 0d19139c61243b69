import { expect, test } from "vitest";
import { buildTexts } from "../../../scripts/schema/build.ts";
import * as schemas from "../../eras/schema/index.ts";
import { explain } from "./explain-text.ts";

const texts = buildTexts();

/** `apps/v1 StatefulSet spec.replicas` in an era, as the command would ask. */
function ask(era: keyof typeof forms, what: string, recursive = false) {
  const [groupVersion = "", kind = "", path = ""] = what.split(" ");
  const [group = "", version = ""] = groupVersion.includes("/")
    ? groupVersion.split("/")
    : ["", groupVersion];
  return explain({
    ...forms[era],
    texts: texts.get(era) ?? {},
    group,
    version,
    kind,
    path: path === "" ? [] : path.split("."),
    recursive,
  });
}

const forms = {
  "v1.3": { schema: schemas.v1_3, form: "until-1.8" },
  "v1.11": { schema: schemas.v1_11, form: "until-1.18" },
  "v1.20": { schema: schemas.v1_20, form: "until-1.26" },
  "v1.34": { schema: schemas.v1_34, form: "since-1.27" },
} as const;

test("1.20 prints kind and version, and wraps at 80 columns", () => {
  expect(ask("v1.20", "v1 PersistentVolume spec.persistentVolumeReclaimPolicy")?.output).toBe(
    `KIND:     PersistentVolume
VERSION:  v1

FIELD:    persistentVolumeReclaimPolicy <string>

DESCRIPTION:
     What happens to a persistent volume when released from its claim. Valid
     options are Retain (default for manually created PersistentVolumes), Delete
     (default for dynamically provisioned PersistentVolumes), and Recycle
     (deprecated). Recycle must be supported by the volume plugin underlying
     this PersistentVolume. More info:
     https://kubernetes.io/docs/concepts/storage/persistent-volumes#reclaiming
`,
  );
});

test("1.20 prints the fields of a struct below both of its texts", () => {
  expect(ask("v1.20", "apps/v1 StatefulSet spec.updateStrategy")?.output).toBe(
    `KIND:     StatefulSet
VERSION:  apps/v1

RESOURCE: updateStrategy <Object>

DESCRIPTION:
     updateStrategy indicates the StatefulSetUpdateStrategy that will be
     employed to update Pods in the StatefulSet when a revision is made to
     Template.

     StatefulSetUpdateStrategy indicates the strategy that the StatefulSet
     controller will use to perform updates. It includes any additional
     parameters necessary to perform the update for the indicated strategy.

FIELDS:
   rollingUpdate	<Object>
     RollingUpdate is used to communicate parameters when Type is
     RollingUpdateStatefulSetStrategyType.

   type	<string>
     Type indicates the type of the StatefulSetUpdateStrategy. Default is
     RollingUpdate.

`,
  );
});

test("1.20 says that a field does not exist, and prints nothing", () => {
  expect(ask("v1.20", "v1 Pod spec.nofield")).toEqual({
    output: "",
    error: 'field "nofield" does not exist',
  });
});

test("with --recursive there are names and types only", () => {
  const { output = "" } = ask("v1.20", "v1 PersistentVolumeClaim", true) ?? {};
  expect(output).toContain(
    "\n   spec\t<Object>\n      accessModes\t<[]string>\n      dataSource\t<Object>\n",
  );
  expect(output).not.toContain("\n\n   spec");
  expect(output.endsWith("      phase\t<string>\n")).toBe(true);
});

test("1.11 pays no heed to line breaks in a text, 1.20 does", () => {
  const description = (era: "v1.11" | "v1.20") =>
    ask(era, "storage.k8s.io/v1 StorageClass")
      ?.output.split("DESCRIPTION:\n")[1]
      ?.split("\n\nFIELDS")[0];
  expect(description("v1.11")).not.toContain("\n\n");
  expect(description("v1.20")).toContain("\n\n");
});

test("1.34 prints the values that a field can have", () => {
  expect(ask("v1.34", "v1 Pod spec.restartPolicy")?.output).toMatch(
    /^KIND: {7}Pod\nVERSION: {4}v1\n\nFIELD: restartPolicy <string>\nENUM:\n {4}Always\n {4}Never\n {4}OnFailure\n\nDESCRIPTION:\n {4}Restart policy/,
  );
  expect(ask("v1.34", "apps/v1 StatefulSet spec")?.output).toContain(
    "  podManagementPolicy\t<string>\n  enum: OrderedReady, Parallel\n    podManagementPolicy controls",
  );
});

test("1.34 names the types of objects and says the group apart", () => {
  const { output = "" } = ask("v1.34", "apps/v1 StatefulSet spec.replicas") ?? {};
  expect(output.startsWith("GROUP:      apps\nKIND:       StatefulSet\nVERSION:    v1\n\n")).toBe(
    true,
  );
  expect(output).toContain("FIELD: replicas <integer>\n\n\nDESCRIPTION:\n    replicas is");
  expect(ask("v1.34", "v1 Pod")?.output).toContain("\n  spec\t<PodSpec>\n");
});

test("1.34 has begun to print when it finds that a field does not exist", () => {
  expect(ask("v1.34", "v1 Pod spec.nofield")).toEqual({
    output: "KIND:       Pod\nVERSION:    v1\n\n",
    error: 'field "nofield" does not exist',
  });
});

test("1.3 explains pet sets, from swagger", () => {
  expect(ask("v1.3", "apps/v1alpha1 PetSet")?.output).toMatch(
    /^DESCRIPTION:\nPetSet represents a set of pods with consistent identities\. Identities are defined as:\n - Network: /,
  );
  expect(ask("v1.3", "apps/v1alpha1 PetSet spec")?.output).toContain(
    "\n   template\t<Object> -required-\n     ",
  );
  expect(ask("v1.3", "v1 Pod spec.nofield")?.error).toBe("field: nofield doesn't exist");
});

test("a kind that the release does not serve cannot be explained", () => {
  expect(ask("v1.3", "apps/v1 StatefulSet")).toBeUndefined();
});
