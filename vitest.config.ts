import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{sandbox,cli,src,scripts}/**/*.test.ts", "tests/*.test.ts"],
          environment: "node",
        },
      },
    ],
  },
});
