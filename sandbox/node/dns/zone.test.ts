import { expect, test } from "vitest";
import type { Endpoints } from "../../api/endpoints.ts";
import type { Service } from "../../api/service.ts";
import type { RecordType } from "../../machine/network.ts";
import { createRandom } from "../../sim/random.ts";
import { Zone, type ZoneView } from "./zone.ts";

const metadata = (name: string) => ({ name, namespace: "default" });

const service = (name: string, spec: Service["spec"]): Service => ({
  ...{ apiVersion: "v1", kind: "Service", metadata: metadata(name), spec, status: {} },
});

const web = service("web", { clusterIP: "10.96.0.80", ports: [{ name: "http", port: 80 }] });
const nginx = service("nginx", { clusterIP: "None", ports: [{ name: "web", port: 80 }] });
const empty = service("empty", { clusterIP: "None", ports: [{ port: 80 }] });
const far = service("far", { type: "ExternalName", externalName: "db.example.com" });
const behind: Endpoints = {
  ...{ apiVersion: "v1", kind: "Endpoints", metadata: metadata("nginx") },
  subsets: [
    {
      addresses: [
        { ip: "10.244.1.2", hostname: "web-0" },
        { ip: "10.244.2.3", hostname: "web-1" },
      ],
      notReadyAddresses: [{ ip: "10.244.3.4", hostname: "web-2" }],
      ports: [{ name: "web", port: 80 }],
    },
    { addresses: [{ ip: "10.244.4.5" }], ports: [{ name: "admin", port: 81, protocol: "TCP" }] },
  ],
};

const view: ZoneView = {
  service: (namespace, name) =>
    namespace === "default"
      ? [web, nginx, empty, far].find((each) => each.metadata.name === name)
      : undefined,
  endpoints: (namespace, name) =>
    namespace === "default" && name === "nginx" ? behind : undefined,
  serviceAt: (ip) => (ip === "10.96.0.80" ? web : undefined),
  endpointsAt: (ip) => (/^10\.244\.[1-4]\./.test(ip) ? [behind] : []),
  hasNamespace: (name) => name === "default",
};

const zone = (flavor: "coredns" | "kube-dns" = "coredns") =>
  new Zone({ view, random: createRandom(1), domain: "cluster.local", flavor });

const ask = (name: string, type: RecordType = "A", flavor?: "kube-dns") => {
  const { code, answers } = zone(flavor).answer({ name, type });
  return answers.length > 0 ? answers.map(({ data }) => data).sort() : code;
};

test("a service has one address, a headless one those of its ready endpoints", () => {
  expect(ask("web.default.svc.cluster.local")).toEqual(["10.96.0.80"]);
  expect(ask("WEB.default.svc.cluster.local")).toEqual(["10.96.0.80"]);
  expect(ask("nginx.default.svc.cluster.local")).toEqual([
    "10.244.1.2",
    "10.244.2.3",
    "10.244.4.5",
  ]);
  expect(ask("empty.default.svc.cluster.local")).toBe("NXDOMAIN");
  expect(ask("far.default.svc.cluster.local")).toEqual(["db.example.com."]);
});

test("each endpoint has a name of its own while it is ready", () => {
  expect(ask("web-1.nginx.default.svc.cluster.local")).toEqual(["10.244.2.3"]);
  expect(ask("10-244-4-5.nginx.default.svc.cluster.local")).toEqual(["10.244.4.5"]);
  expect(ask("web-2.nginx.default.svc.cluster.local")).toBe("NXDOMAIN");
  expect(ask("web-9.nginx.default.svc.cluster.local")).toBe("NXDOMAIN");
});

test("SRV records tell port and name", () => {
  expect(ask("_web._tcp.nginx.default.svc.cluster.local", "SRV")).toEqual([
    "0 50 80 web-0.nginx.default.svc.cluster.local.",
    "0 50 80 web-1.nginx.default.svc.cluster.local.",
  ]);
  expect(ask("_http._tcp.web.default.svc.cluster.local", "SRV")).toEqual([
    "0 100 80 web.default.svc.cluster.local.",
  ]);
  expect(ask("_none._tcp.web.default.svc.cluster.local", "SRV")).toBe("NXDOMAIN");
  // kube-dns gives no port to who does not ask for one.
  expect(ask("nginx.default.svc.cluster.local", "SRV", "kube-dns")[0]).toBe(
    "10 33 0 10-244-4-5.nginx.default.svc.cluster.local.",
  );
});

test("addresses lead back to names", () => {
  expect(ask("80.0.96.10.in-addr.arpa", "PTR")).toEqual(["web.default.svc.cluster.local."]);
  expect(ask("2.1.244.10.in-addr.arpa", "PTR")).toEqual(["web-0.nginx.default.svc.cluster.local."]);
  expect(ask("1.1.1.1.in-addr.arpa", "PTR")).toBe("NXDOMAIN");
});

test("a pod's address can be spelled", () => {
  expect(ask("10-1-2-3.default.pod.cluster.local")).toEqual(["10.1.2.3"]);
  expect(ask("10-1-2-3.nowhere.pod.cluster.local")).toBe("NXDOMAIN");
});

test("a name that is there has no record of another type, and the world outside has none", () => {
  expect(ask("web.default.svc.cluster.local", "AAAA")).toBe("NOERROR");
  expect(ask("default.svc.cluster.local")).toBe("NOERROR");
  expect(ask("web-0.nginx")).toBe("NXDOMAIN");
  expect(ask("kubernetes.io")).toBe("SERVFAIL");
});
