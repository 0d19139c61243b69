// kubectl explain: which type and field are meant; what is said of them is in explain-text.ts.
// pkg/cmd/explain/explain.go, pkg/explain/explain.go.
// differs: the texts are those of kubectl's own release, not what the server sends.

import { splitGroupVersion } from "../../api/resource.ts";
import { quoted } from "../../api/schema/go-json.ts";
import { type Command, defineCommand } from "./cli/command.ts";
import { CommandError, notSimulated, PlainError } from "./cli/errors.ts";
import { bool, text } from "./cli/flags.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import type { Texts } from "./explain-subject.ts";
import { explain } from "./explain-text.ts";
import type { Mapping } from "./server/discovery.ts";

/** Fetches what is said of the types of an era: `v1.20`. */
export type LoadTexts = (era: string) => Promise<Texts>;

const suggestion = 'Use "kubectl api-resources" for a complete list of supported resources.';

export const explainCommand = (load: LoadTexts): Command =>
  defineCommand({
    name: "explain",
    usage: "RESOURCE",
    short: "Documentation of resources",
    long: `List the fields for supported resources.\n\nThis command describes the fields associated with each supported API resource. Fields are identified via a simple JSONPath identifier:\n\n  <type>.<fieldName>[.<fieldName>]\n\nAdd the --recursive flag to display all of the fields at once without descriptions. Information about each field is retrieved from the server in OpenAPI format.\n\n${suggestion}`,
    examples: [
      "# Get the documentation of the resource and its fields",
      "kubectl explain pods",
      "",
      "# Get the documentation of a specific field of a resource",
      "kubectl explain pods.spec.containers",
    ],
    completes: "type",
    flags: [
      text(
        "api-version",
        "Get different explanations for particular API version (API group/version)",
      ),
      bool("recursive", "Print the fields of fields (Currently only 1 level deep)"),
      text("output o", "Format in which to render the schema", {
        value: "plaintext",
        hidden: true,
      }),
    ],
    async run({ kubectl, flags, args }) {
      const [what] = args;
      if (what === undefined) {
        throw new CommandError(`You must specify the type of resource to explain. ${suggestion}\n`);
      }
      if (args.length > 1) throw new CommandError("We accept only this format: explain RESOURCE\n");
      if (flags.string("output") !== "plaintext") throw notSimulated("explain --output");
      const { mapping, path } = await subjectOf(kubectl, what, flags.string("api-version"));
      const given = flags.string("api-version");
      const groupVersion = given || mapping.groupVersion;
      const { era, process } = kubectl;
      const wanted = era.words.kubectl.explains;
      const falls = wanted === "since-1.27" && !(await kubectl.serverHasOpenApiV3());
      const answer = explain({
        ...splitGroupVersion(groupVersion),
        ...{ kind: mapping.kind, path, recursive: flags.bool("recursive") },
        ...{ schema: era.schema, form: falls ? "until-1.26" : wanted },
        texts: await process.clock.hold(load(era.texts)),
      });
      if (!answer) {
        const { group, version } = splitGroupVersion(groupVersion);
        const kind = `${group}/${version}, Kind=${mapping.kind}`;
        throw new CommandError(`Couldn't find resource for ${quoted(kind)}`);
      }
      await kubectl.out(answer.output);
      if (answer.error !== undefined) throw new CommandError(answer.error);
    },
  });

interface Asked {
  readonly mapping: Mapping;
  readonly path: readonly string[];
}

/** `sts.spec.replicas`; the group may stand behind the type: `sts.apps.spec.replicas`. */
async function subjectOf(kubectl: Kubectl, what: string, apiVersion: string): Promise<Asked> {
  const [type = "", ...path] = what.split(".").filter((part, i) => i === 0 || part !== "");
  const known = (await kubectl.discovery.all()).filter(({ plural, singular, kind, shortNames }) =>
    [plural, singular, kind.toLowerCase(), ...shortNames].includes(type.toLowerCase()),
  );
  if (apiVersion === "") {
    for (const mapping of known) {
      const parts = mapping.group.split(".");
      if (mapping.group !== "" && parts.every((part, index) => path[index] === part)) {
        return { mapping, path: path.slice(parts.length) };
      }
    }
  }
  const wanted = known.find(({ groupVersion }) => groupVersion === apiVersion);
  const mapping = wanted ?? known[0];
  if (!mapping) {
    throw new PlainError(`the server doesn't have a resource type ${quoted(type)}`);
  }
  return { mapping, path };
}
