// What answers below an object: /scale, /log, /exec; and what answers `create KIND` without keeping
// anything. What is not here is a part of the object: /status.

import type { Subresource } from "../server.ts";
import { access, selfAccess, selfRules } from "./access-reviews.ts";
import { binding, legacyBinding } from "./binding.ts";
import { componentStatus, componentStatusList } from "./component-statuses.ts";
import { eviction } from "./eviction.ts";
import { selfSubject, tokenReview } from "./identity-reviews.ts";
import { log } from "./log.ts";
import { proxy } from "./node-proxy.ts";
import { scale } from "./scale.ts";
import { attach, exec, portForward } from "./streams.ts";
import { token } from "./token.ts";

export const subresources: Readonly<Record<string, Subresource>> = {
  attach,
  binding,
  eviction,
  exec,
  log,
  portforward: portForward,
  proxy,
  scale,
  token,
  "create bindings": legacyBinding,
  "create localsubjectaccessreviews": access,
  "create selfsubjectaccessreviews": selfAccess,
  "create selfsubjectrulesreviews": selfRules,
  "create selfsubjectreviews": selfSubject,
  "create subjectaccessreviews": access,
  "create tokenreviews": tokenReview,
  "get componentstatuses": componentStatus,
  "list componentstatuses": componentStatusList,
};
