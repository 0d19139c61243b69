// How the control plane is: the server asks its parts, on its own machine.
// pkg/registry/core/componentstatus/{rest,validator}.go.

import type { ComponentStatus } from "../../api/componentstatus.ts";
import type { Era } from "../../api/era.ts";
import { plainFailure } from "../../api/status.ts";
import { type Call, ok } from "../dispatch.ts";
import { render, renderList } from "../rendering.ts";
import type { ServerParts, Subresource } from "../server.ts";
import { dialProblem } from "./kubelet.ts";

const HOST = "127.0.0.1";

/** Where the others say how they are; ports without TLS went with 1.22. */
const portsIn = ({ behaviors }: Era): Readonly<Record<string, number>> =>
  behaviors.has("plain-component-ports")
    ? { "controller-manager": 10252, scheduler: 10251 }
    : { "controller-manager": 10257, scheduler: 10259 };

export const componentStatusList: Subresource = async (call, parts) => {
  const names = Object.keys(portsIn(parts.view.era));
  const items = await Promise.all(names.map((name) => ask(name, parts)));
  return ok(
    renderList(call, {
      ...{ kind: "ComponentStatusList", apiVersion: "v1", metadata: {} },
      items: [...items, storage],
    }),
  );
};

export const componentStatus: Subresource = async (call: Call, parts) => {
  const { name } = call.info;
  if (name === storage.metadata.name) return ok(render(call, storage));
  if (!(name in portsIn(parts.view.era))) throw plainFailure(`Component not found: ${name}`);
  return ok(render(call, await ask(name, parts)));
};

function statusOf(name: string, status: "True" | "False", message: string): ComponentStatus {
  const conditions = [{ type: "Healthy", status, message }];
  return { apiVersion: "v1", kind: "ComponentStatus", metadata: { name }, conditions };
}

/** Whoever asks has been answered from it. */
const storage = statusOf("etcd-0", "True", '{"health":"true"}');

async function ask(name: string, { view, dial }: ServerParts): Promise<ComponentStatus> {
  const port = portsIn(view.era)[name] ?? 0;
  const authority = `${HOST}:${port}`;
  const handler = dial(HOST, port);
  try {
    const path = "/healthz";
    const { status, body } = await handler({ method: "GET", path, query: {}, headers: {} });
    return statusOf(name, status === 200 ? "True" : "False", String(body));
  } catch (error) {
    const scheme = view.era.behaviors.has("plain-component-ports") ? "http" : "https";
    const why = dialProblem(error, { authority, handler });
    const url = `${scheme}://${authority}/healthz`;
    return statusOf(name, "False", view.era.words.core.getFailed(url, why));
  }
}
