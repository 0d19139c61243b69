// What a kubelet answers to anybody who may ask it through the server: /nodes/node1/proxy/healthz.
// pkg/registry/core/node/rest/proxy.go.

import { plainFailure } from "../../api/status.ts";
import type { Subresource } from "../server.ts";
import { dialProblem, kubeletOf } from "./kubelet.ts";

export const proxy: Subresource = async ({ request, info }, parts) => {
  const place = kubeletOf(info.name, parts);
  const path = `/${info.rest.join("/")}`;
  try {
    return await place.handler({ ...request, headers: {}, path });
  } catch (error) {
    throw plainFailure(`error trying to reach service: ${dialProblem(error, place)}`, 503);
  }
};
