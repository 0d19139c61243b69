// What a container has written, as the kubelet of its node tells it.
// pkg/registry/core/pod/rest/log.go,
// apiserver/pkg/registry/generic/rest/{streamer,response_checker}.go.

import {
  type FieldError,
  forbiddenField,
  invalid,
  invalidObject,
  nonNegative,
} from "../../api/field-error.ts";
import { parameter, type Request, type Response } from "../../api/http.ts";
import {
  badRequest,
  failure,
  internalError,
  plainFailure,
  type StatusError,
} from "../../api/status.ts";
import { notAllowed } from "../dispatch.ts";
import type { Subresource } from "../server.ts";
import { dialProblem, type KubeletPlace, kubeletOf, podAndContainer } from "./kubelet.ts";

export const log: Subresource = async (call, parts) => {
  const { request, info } = call;
  if (info.verb !== "get") throw notAllowed();
  checkOptions(request, info.name);
  const { pod, container } = podAndContainer(call, parts, parameter(request, "container"));
  const { nodeName, metadata } = { ...pod.spec, ...pod };
  // Nothing runs yet, nothing was written.
  if (!nodeName) return text("");
  const place = kubeletOf(nodeName, parts);
  const path = `/containerLogs/${metadata.namespace}/${metadata.name}/${container}`;
  const query = optionsOf(request);
  const { signal } = request;
  let response: Response;
  try {
    response = await place.handler({
      ...{ method: "GET", path, query, headers: {} },
      ...(signal && { signal }),
    });
  } catch (error) {
    const { getFailed } = parts.view.era.words.core;
    throw plainFailure(getFailed(urlOf(place, path, query), dialProblem(error, place)));
  }
  if (response.status >= 200 && response.status <= 206) return text(response.body);
  throw refusalOf(response, info.name);
};

function refusalOf({ status, body }: Response, name: string): StatusError {
  const said = String(body);
  if (status === 500) return internalError(said);
  if (status === 400) return badRequest(said);
  const about = `( pods/log ${name})`;
  if (status !== 404) {
    const text = `the server responded with the status code ${status} but did not return more information ${about}`;
    return plainFailure(text, status);
  }
  const details = { name, kind: "pods/log" };
  return failure("NotFound", `the server could not find the requested resource ${about}`, details);
}

const text = (body: Response["body"]): Response => ({
  status: 200,
  headers: { "content-type": "text/plain" },
  body,
});

const passed = [
  "follow",
  "previous",
  "timestamps",
  "sinceSeconds",
  "sinceTime",
  "tailLines",
  "limitBytes",
];

function optionsOf(request: Request): Record<string, string> {
  const given = passed.map((name) => [name, parameter(request, name)] as const);
  return Object.fromEntries(given.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function urlOf({ authority }: KubeletPlace, path: string, query: Record<string, string>): string {
  const parts = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return `https://${authority}${path}${parts.length > 0 ? `?${parts.sort().join("&")}` : ""}`;
}

function checkOptions(request: Request, name: string): void {
  const number = (option: string) => {
    const value = parameter(request, option);
    return value === undefined ? undefined : Number(value);
  };
  const errors: FieldError[] = [...nonNegative("tailLines", number("tailLines"))];
  for (const option of ["limitBytes", "sinceSeconds"]) {
    const value = number(option);
    if (value !== undefined && value < 1) {
      errors.push(invalid(option, value, "must be greater than 0"));
    }
  }
  if (number("sinceSeconds") !== undefined && parameter(request, "sinceTime") !== undefined) {
    const why = "at most one of `sinceTime` or `sinceSeconds` may be specified";
    errors.push(forbiddenField("", why));
  }
  if (errors.length > 0) throw invalidObject({ group: "", kind: "PodLogOptions" }, name, errors);
}
