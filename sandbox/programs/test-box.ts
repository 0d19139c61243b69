// A test machine with everything installed that a workstation has. Not used outside tests.

import { type TestMachine, type TestMachineOptions, testMachine } from "../machine/test-machine.ts";
import type { Host } from "../sim/clock.ts";
import { type Catalog, createCatalog, plantPrograms } from "./bin/catalog.ts";
import { installers } from "./bin/packages.ts";
import { toolbox } from "./bin/toolbox.ts";
import { userland } from "./bin/userland.ts";

export interface TestBox extends TestMachine {
  readonly catalog: Catalog;
}

export function testBox(host: Host, options: TestMachineOptions = {}): TestBox {
  const machine = testMachine({ host, ...options });
  const catalog = createCatalog({
    explanations: async () => ({}),
    userland: async () => userland,
    toolbox: async () => toolbox,
    installers: async () => installers,
    mysql: async () => () => ({}),
  });
  plantPrograms(machine.files, catalog.workstation);
  plantPrograms(machine.files, { ash: catalog.tool("ash") });
  return { ...machine, catalog };
}
