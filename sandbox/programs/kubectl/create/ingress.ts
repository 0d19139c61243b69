// kubectl create ingress. pkg/cmd/create/create_ingress.go.

import { CommandError } from "../cli/errors.ts";
import { array, text } from "../cli/flags.ts";
import { createCommand, present } from "./object.ts";

const ruleShape =
  /^(?<host>[^/]*)(?<path>\/[^=,]*)=(?<service>[^:,]+):(?<port>[^,]+)(?:,(?<tls>tls(?:=(?<secret>.*))?))?$/;

const backendOf = (name: string, port: string) => ({
  service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } },
});

export const ingress = createCommand({
  name: "ingress",
  aliases: ["ing"],
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  usage: "NAME --rule=host/path=service:port[,tls[=secret]] ",
  short: "Create an ingress with the specified name.",
  examples: [
    "# Create a single ingress called 'simple' that directs requests to foo.com/bar to svc1:8080",
    'kubectl create ingress simple --rule="foo.com/bar=svc1:8080,tls=my-cert"',
  ],
  flags: [
    text("class", "Ingress Class to be used"),
    array("rule", "Rule in format host/path=service:port[,tls=secretname]."),
    text("default-backend", "Default service for backend, in format of svcname:port"),
    array(
      "annotation",
      "Annotation to insert in the ingress object, in the format annotation=value",
    ),
  ],
  make(_, { flags }) {
    const rules = flags.list("rule");
    const backend = flags.string("default-backend");
    if (rules.length === 0 && backend === "") {
      throw new CommandError(
        "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
      );
    }
    const [service = "", port = "", ...more] = backend.split(":");
    if (backend !== "" && (service === "" || port === "" || more.length > 0)) {
      throw new CommandError("default-backend should be in format servicename:serviceport");
    }
    const parsed = rules.map(parseRule);
    const pairs = flags.list("annotation").map((pair) => pair.split(/=(.*)/s).slice(0, 2));
    return {
      metadata: present({ annotations: Object.fromEntries(pairs) }),
      spec: present({
        ingressClassName: flags.string("class"),
        defaultBackend: backend === "" ? undefined : backendOf(service, port),
        tls: parsed.flatMap(({ tls, host, secret }) =>
          tls ? [present({ hosts: host ? [host] : [], secretName: secret })] : [],
        ),
        rules: hostRules(parsed),
      }),
    };
  },
});

type Rule = Readonly<Record<string, string | undefined>>;

function parseRule(rule: string): Rule {
  const groups = ruleShape.exec(rule)?.groups;
  if (groups) return groups;
  throw new CommandError(
    `rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
  );
}

function hostRules(rules: readonly Rule[]): object[] {
  const hosts = [...new Set(rules.map(({ host = "" }) => host))];
  return hosts.map((host) => {
    const paths = rules
      .filter((rule) => rule["host"] === host)
      .map(({ path = "", service = "", port = "" }) => ({
        path: path.replace(/\*$/, ""),
        pathType: path.endsWith("*") ? "Prefix" : "Exact",
        backend: backendOf(service, port),
      }));
    return { ...present({ host }), http: { paths } };
  });
}
