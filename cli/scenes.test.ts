import { expect, test } from "vitest";
import { readContent } from "../src/content/content-folder.ts";
import { readScene } from "../src/content/scene-files.ts";
import { loadScene } from "./scenes.ts";

test.each(["consul", "consul-dynamic", "clinic-zone", "petset-running"])(
  "the command line and the site read the same of %s",
  (name) => {
    expect(loadScene(name)).toEqual(readScene(name, readContent));
  },
);

test("options of the command line hold before what a scene says", () => {
  expect(loadScene("consul", { era: "v1.20", seed: 9 })).toMatchObject({ era: "v1.20", seed: 9 });
});
