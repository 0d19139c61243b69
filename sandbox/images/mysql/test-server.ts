// A server of MySQL on a bare machine, for tests. Not used outside tests.

import { immediate as host } from "../../../tests/support/hosts.ts";
import type { Tree } from "../../machine/files.ts";
import type { Child } from "../../machine/process.ts";
import { type TestMachine, testMachine } from "../../machine/test-machine.ts";
import { createTree } from "../../machine/tree.ts";
import { mysqlPrograms } from "./programs.ts";

export interface TestServer {
  readonly at: TestMachine;
  readonly volume: Tree;
  /** What it has said so far. */
  log(): string;
  start(): Child;
  /** Runs `mysql -e`, as root with the password `secret`. */
  sql(text: string, ...more: readonly string[]): Promise<string>;
  advance(ms: number): Promise<void>;
}

export interface TestServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly volume?: Tree;
  readonly beside?: TestMachine;
  readonly hostname?: string;
  readonly address?: string;
  readonly args?: readonly string[];
}

export function testServer(options: TestServerOptions = {}): TestServer {
  const { beside, hostname = "mysql-0", address = "10.0.0.2" } = options;
  const at = testMachine({
    ...(beside ? { beside } : { host }),
    ...{ hostname, address },
  });
  const { files, clock } = at;
  files.makeDirectory("/usr/local/bin", { parents: true });
  for (const [at, program] of Object.entries(mysqlPrograms("5.7.17"))) files.install(at, program);
  files.write("/etc/passwd", "mysql:x:999:999::/home/mysql:/bin/sh\n", { append: true });
  files.makeDirectory("/var/lib/mysql", { parents: true });
  files.makeDirectory("/var/run/mysqld", { parents: true });
  files.chmod("/var/run/mysqld", 0o777);
  const volume = options.volume ?? createTree({ clock });
  files.mount("/var/lib/mysql", volume.place);
  let said = "";
  const writer = {
    isTerminal: false,
    write: async (text: string) => {
      said += text;
    },
  };
  const path = "/usr/bin:/usr/sbin:/usr/local/bin";
  const env = new Map(
    Object.entries({ PATH: path, MYSQL_ROOT_PASSWORD: "secret", ...options.env }),
  );
  return {
    ...{ at, volume },
    log: () => said,
    start: () =>
      at.machine.spawn(["docker-entrypoint.sh", "mysqld", ...(options.args ?? [])], {
        ...{ env, stdout: writer, stderr: writer, cwd: "/" },
      }),
    async sql(text, ...more) {
      const child = new Map([...env, ["MYSQL_PWD", "secret"]]);
      const { both, code } = await at.run(["mysql", ...more, "-e", text], { env: child });
      return code === 0 ? both : `${both}[${code}]`;
    },
    advance: (ms) => clock.advance(ms),
  };
}
