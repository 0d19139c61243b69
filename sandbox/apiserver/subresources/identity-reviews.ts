// Answers to those who ask who they are, or whose a token is. pkg/registry/authentication.

import type { SelfSubjectReview, TokenReview } from "../../api/identity-review.ts";
import { badRequest } from "../../api/status.ts";
import { bodyOf, ok } from "../dispatch.ts";
import { accountTokens } from "../filters/account-tokens.ts";
import { userOf } from "../filters/authentication.ts";
import { render } from "../rendering.ts";
import type { Subresource } from "../server.ts";

export const selfSubject: Subresource = (call) => {
  const review = bodyOf(call).object as SelfSubjectReview;
  const { name, groups } = userOf(call.request);
  review.status = { userInfo: { username: name, groups: [...groups] } };
  return ok(render(call, review), 201);
};

export const tokenReview: Subresource = (call, { view }) => {
  const review = bodyOf(call).object as TokenReview;
  const token = review.spec?.token;
  if (!token) throw badRequest("token is required for TokenReview in authentication");
  const user = accountTokens(view)(token);
  review.status = user
    ? {
        authenticated: true,
        user: { username: user.name, groups: [...user.groups, "system:authenticated"] },
      }
    : { error: "[invalid bearer token, Token has been invalidated]" };
  return ok(render(call, review), 201);
};
