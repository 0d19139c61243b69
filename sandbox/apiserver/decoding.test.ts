// What strict decoding says of a body: fields that are unknown, and fields that are given twice.

import { expect, test } from "vitest";
import { immediate as host } from "../../tests/support/hosts.ts";
import { v1_20 } from "../eras/v1.20.ts";
import { v1_34 } from "../eras/v1.34.ts";
import { testServer } from "./test-server.ts";

const configs = "/api/v1/namespaces/default/configmaps";
const twice =
  '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"1","k":"2"},"x":1}';

test("a field that is given twice is refused where strictness is asked for", async () => {
  const { refusal, object } = await testServer({ era: v1_34, host });
  const { message } = await refusal("POST", configs, {
    query: { fieldValidation: "Strict" },
    body: twice,
  });
  expect(message).toBe(
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ' +
      'duplicate field "data.k", unknown field "x"',
  );
  const kept = await object("POST", configs, { query: { fieldValidation: "Ignore" }, body: twice });
  expect(kept.data).toEqual({ k: "2" });
});

test("before there was validation by the server the last one counted, without a word", async () => {
  const { object } = await testServer({ era: v1_20, host });
  const query = { fieldValidation: "Strict" };
  expect((await object("POST", configs, { query, body: twice })).data).toEqual({ k: "2" });
});
