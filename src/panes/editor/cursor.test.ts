import { expect, test } from "vitest";
import { cursorAt } from "./cursor.ts";

/** The cursor stands at the mark. */
function at(marked: string) {
  const before = marked.slice(0, marked.indexOf("█"));
  const line = before.split("\n").length - 1;
  const column = before.length - before.lastIndexOf("\n") - 1;
  return cursorAt(marked.replace("█", ""), line, column);
}

test("at the left edge the path is empty, and the document's kind is known", () => {
  expect(at("apiVersion: v1\nkind: Pod\n█")).toMatchObject({
    ...{ kind: "Pod", apiVersion: "v1", path: [], key: undefined, word: "" },
    siblings: ["kind", "apiVersion"],
  });
});

test("indentation says in which fields the cursor is", () => {
  expect(at("kind: Pod\nmetadata:\n  █").path).toEqual(["metadata"]);
});

test("items of lists belong to the field that holds the list, wherever its dash is", () => {
  const spec = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n";
  const path = ["spec", "template", "spec", "containers"];
  expect(at(`${spec}      - name: x\n        im█`)).toMatchObject({ path, word: "im" });
  expect(at(`${spec}        - name: x\n          ports:\n            - cont█`).path).toEqual([
    ...path,
    "ports",
  ]);
  expect(at(`${spec}      - █\n`).path).toEqual(path);
});

test("the fields that an item has already are known, before the cursor and behind it", () => {
  const { siblings } = at(
    "kind: Pod\nspec:\n  containers:\n  - name: a\n    █\n    image: b\n  - name: c\n",
  );
  expect(siblings).toEqual(["name", "image"]);
});

test("a field after a nested one belongs to the outer object", () => {
  const text =
    "kind: Pod\nspec:\n  containers:\n  - name: a\n    readinessProbe:\n      httpGet:\n        path: /\n  restart█";
  expect(at(text)).toMatchObject({ path: ["spec"], word: "restart" });
});

test("behind a colon the value of a field is written", () => {
  expect(at("kind: Job\nspec:\n  template:\n    spec:\n      restartPolicy: On█")).toMatchObject({
    ...{ path: ["spec", "template", "spec"], key: "restartPolicy", word: "On" },
  });
});

test("each document of a file has a kind of its own", () => {
  expect(
    at("kind: Service\nspec:\n  ports:\n  - port: 80\n    tar█\n---\nkind: Pod\n"),
  ).toMatchObject({
    ...{ kind: "Service", path: ["spec", "ports"] },
  });
  expect(at("kind: ConfigMap\ndata:\n  a: b\n---\nkind: Job\nspec:\n  █").kind).toBe("Job");
});
