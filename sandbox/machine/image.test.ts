import { expect, test } from "vitest";
import { createImageRegistry, defineImage, familiarName, parseReference } from "./image.ts";

const image = (name: string, more: object = {}) =>
  defineImage({ names: [name], tags: ["latest", "1"], size: 1, config: {}, ...more });

const registry = (options: object = {}) => {
  const base = image("base", { files: { "/etc/os": "base", "/etc/both": "base" } });
  const web = image("web", { base, files: { "/etc/both": "web", "/srv/": "" } });
  const images = [web, image("k8s.gcr.io/pause")];
  return { web, made: createImageRegistry({ images, unknown: "refuse", ...options }) };
};

test.each([
  ["nginx", "docker.io/library/nginx:latest", "nginx:latest"],
  ["nginx:1.19", "docker.io/library/nginx:1.19", "nginx:1.19"],
  ["hashicorp/consul:1.22", "docker.io/hashicorp/consul:1.22", "hashicorp/consul:1.22"],
  ["k8s.gcr.io/pause:3.2", "k8s.gcr.io/pause:3.2", "k8s.gcr.io/pause:3.2"],
  ["localhost:5000/a/b", "localhost:5000/a/b:latest", "localhost:5000/a/b:latest"],
])("%s is a reference", (text, full, familiar) => {
  const { host, repository, tag } = parseReference(text) ?? { host: "", repository: "", tag: "" };
  expect(`${host}/${repository}:${tag}`).toBe(full);
  expect(familiarName({ host, repository, tag })).toBe(familiar);
});

test.each(["Nginx", "a b", "nginx:", ":1", "nginx:1:2"])("%j is no reference", (text) => {
  expect(parseReference(text)).toBeUndefined();
});

test("what is not there is refused with the reason", () => {
  const { made, web } = registry();
  expect(made.find("web:1")).toMatchObject({ image: web, unknown: false });
  expect(made.find("web:2")).toBe("no such tag");
  expect(made.find("wep")).toBe("no such repository");
  expect(made.find("k8s.gcr.io/pause")).toMatchObject({ reference: "k8s.gcr.io/pause:latest" });
  expect(made.find("registry.example/web")).toBe("no such host");
});

test("anything can be there, except what is said to be missing", () => {
  const standIn = image("any");
  const { made } = registry({ unknown: "run", standIn, missingTags: ["none"] });
  expect(made.find("wep:9")).toMatchObject({ image: standIn, unknown: true });
  expect(made.find("wep:none")).toBe("no such tag");
});

test("an image has the files of what it is built upon, and one digest everywhere", () => {
  const { made, web } = registry();
  const { files } = made.layer(web);
  expect([files.read("/etc/os"), files.read("/etc/both"), files.kind("/srv")]).toEqual([
    ...["base", "web", "directory"],
  ]);
  expect(made.layer(web)).toBe(made.layer(web));
  expect(() => files.write("/etc/os", "changed")).toThrow("Read-only file system");
  const digest = (one: typeof made) => Object(one.find("web")).digest;
  expect(digest(made)).toMatch(/^[0-9a-f]{64}$/);
  expect(digest(made)).toBe(digest(registry().made));
});
