// Turns a thrown StatusError into the answer it describes; anything else is our bug and goes on up.

import type { Filter } from "../../api/http.ts";
import { StatusError } from "../../api/status.ts";

export const withStatusErrors: Filter = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const { status } = error;
    const wait = status.details?.retryAfterSeconds;
    const headers: Record<string, string> = wait ? { "retry-after": String(wait) } : {};
    return { status: status.code ?? 500, headers, body: status };
  }
};
