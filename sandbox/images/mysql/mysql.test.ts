import { expect, test } from "vitest";
import { testServer } from "./test-server.ts";

const running = async (options = {}) => {
  const server = testServer(options);
  const child = server.start();
  await server.advance(40_000);
  return { ...server, child };
};

const notes = (log: string) => log.replace(/^\S+Z \d+ /gm, "");

test("a server without a password does not start, and says which it wants", async () => {
  const server = testServer({ env: { MYSQL_ROOT_PASSWORD: "" } });
  const child = server.start();
  await server.advance(5000);
  expect(await child.exit).toBe(1);
  expect(server.log()).toBe(
    "error: database is uninitialized and password option is not specified \n" +
      "  You need to specify one of MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD and MYSQL_RANDOM_ROOT_PASSWORD\n",
  );
});

test("a server makes its data directory, and is ready after a while", async () => {
  const server = await running();
  const log = notes(server.log());
  expect(log).toContain("Initializing database\n");
  expect(log).toContain("\nMySQL init process done. Ready for start up.\n");
  expect(log).toMatch(
    /\[Note\] mysqld: ready for connections.\nVersion: '5.7.17' {2}socket: '\/var\/run\/mysqld\/mysqld.sock' {2}port: 3306 {2}MySQL Community Server \(GPL\)\n$/,
  );
  expect(server.volume.files.list("/")).toEqual([
    ...["auto.cnf", "ca-key.pem", "ca.pem", "client-cert.pem", "client-key.pem", "ib_buffer_pool"],
    ...["ib_logfile0", "ib_logfile1", "ibdata1", "ibtmp1", "mysql", "performance_schema"],
    ...["private_key.pem", "public_key.pem", "server-cert.pem", "server-key.pem", "sys"],
  ]);
  expect(await server.sql("SELECT @@hostname, VERSION()")).toBe(
    "@@hostname\tVERSION()\nmysql-0\t5.7.17\n",
  );
  expect(await server.sql("show databases")).toBe(
    "Database\ninformation_schema\nmysql\nperformance_schema\nsys\n",
  );
});

test("rows outlive the server, after a stop and after a kill", async () => {
  const first = await running();
  await first.sql(
    "create database pets; create table pets.pet (id int auto_increment primary key, name varchar(20))",
  );
  await first.sql("insert into pets.pet (name) values ('Puffball'), ('Claws')");
  first.child.kill("SIGTERM");
  await first.advance(10_000);
  expect(await first.child.exit).toBe(0);
  expect(notes(first.log())).toMatch(/\[Note\] mysqld: Shutdown complete\n\n$/);
  const second = await running({ volume: first.volume, beside: first.at, address: "10.0.0.3" });
  expect(notes(second.log())).not.toContain("crash recovery");
  await second.sql(
    "update pets.pet set name = 'Fang' where id = 2; insert into pets.pet values (9, 'Bowser')",
  );
  second.child.kill("SIGKILL");
  await second.advance(1000);
  const third = await running({ volume: first.volume, beside: first.at, address: "10.0.0.4" });
  const log = notes(third.log());
  expect(log).toContain(
    "[Note] InnoDB: Database was not shutdown normally!\n[Note] InnoDB: Starting crash recovery.\n",
  );
  expect(await third.sql("select * from pets.pet")).toBe(
    "id\tname\n1\tPuffball\n2\tFang\n9\tBowser\n",
  );
});

test("what was not committed when the server was killed never was", async () => {
  const first = await running();
  await first.sql("create database d; create table d.t (a int primary key)");
  const terminal = first.at.terminal(["mysql", "-uroot", "-psecret", "d"]);
  await first.advance(100);
  await terminal.enter("begin; insert into t values (1);\r");
  first.child.kill("SIGKILL");
  await first.advance(1000);
  const second = await running({ volume: first.volume, beside: first.at, address: "10.0.0.3" });
  expect(await second.sql("select count(*) from d.t")).toBe("count(*)\n0\n");
});

test("two servers cannot have the same directory", async () => {
  const first = await running();
  const second = await running({ volume: first.volume, beside: first.at, address: "10.0.0.3" });
  expect(notes(second.log())).toContain("[ERROR] InnoDB: Unable to lock ./ibdata1 error: 11\n");
  await second.advance(100_000);
  expect(await second.child.exit).toBe(1);
  expect(notes(second.log())).toMatch(
    /\[ERROR\] Failed to initialize builtin plugins.\n\[ERROR\] Aborting\n\n$/,
  );
  expect(await first.sql("select 1")).toBe("1\n1\n");
});

test("a second server takes over when the first one dies", async () => {
  const first = await running();
  const second = testServer({ volume: first.volume, beside: first.at, address: "10.0.0.3" });
  second.start();
  await second.advance(5000);
  first.child.kill("SIGKILL");
  await second.advance(5000);
  expect(notes(second.log())).toContain("[Note] mysqld: ready for connections.\n");
});

test("a new disk with lost+found on it is not empty", async () => {
  const server = testServer();
  server.volume.files.makeDirectory("/lost+found");
  const child = server.start();
  await server.advance(10_000);
  expect(await child.exit).toBe(1);
  expect(notes(server.log())).toContain(
    "[ERROR] --initialize specified but the data directory has files in it. Aborting.\n[ERROR] Aborting\n",
  );
  const told = await running({ args: ["--ignore-db-dir=lost+found"] });
  expect(notes(told.log())).toContain("ready for connections");
});

test("a client says why it cannot connect", async () => {
  const server = testServer();
  expect(await server.sql("select 1")).toBe(
    "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)\n[1]",
  );
  expect(await server.sql("select 1", "-h10.0.0.2")).toBe(
    "ERROR 2003 (HY000): Can't connect to MySQL server on '10.0.0.2' (111)\n[1]",
  );
  server.start();
  await server.advance(40_000);
  expect(await server.sql("select 1", "-uroot", "-pwrong")).toBe(
    "mysql: [Warning] Using a password on the command line interface can be insecure.\n" +
      "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)\n[1]",
  );
  expect(await server.sql("select user()", "-h10.0.0.2")).toBe("user()\nroot@127.0.0.1\n");
  expect(await server.sql("selec 1")).toBe(
    "ERROR 1064 (42000) at line 1: You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'selec 1' at line 1\n[1]",
  );
});

test("on a terminal the client shows tables", async () => {
  const server = await running();
  const terminal = server.at.terminal(["mysql", "-uroot", "-p"]);
  await server.advance(100);
  expect(terminal.screen()).toBe("Enter password: ");
  const banner = await terminal.enter("secret\r");
  expect(banner).toContain("Server version: 5.7.17 MySQL Community Server (GPL)\r\n");
  expect(banner.endsWith("mysql> ")).toBe(true);
  const say = async (line: string) => {
    const shown = await terminal.enter(`${line}\r`, 500);
    return shown.replaceAll("\r\n", "\n").split("\n").slice(1).join("\n");
  };
  expect(await say("create database shop;")).toBe("Query OK, 1 row affected (0.01 sec)\n\nmysql> ");
  expect(await say("use shop")).toBe("Database changed\nmysql> ");
  expect(await say("create table t (id int not null, name varchar(9) default 'x')")).toBe(
    "    -> ",
  );
  expect(await say(";")).toBe("Query OK, 0 rows affected (0.00 sec)\n\nmysql> ");
  expect(await say("insert into t values (1, 'one'), (20, NULL);")).toBe(
    "Query OK, 2 rows affected (0.01 sec)\nRecords: 2  Duplicates: 0  Warnings: 0\n\nmysql> ",
  );
  expect(await say("select * from t;")).toBe(
    "+----+------+\n| id | name |\n+----+------+\n|  1 | one  |\n| 20 | NULL |\n+----+------+\n" +
      "2 rows in set (0.00 sec)\n\nmysql> ",
  );
  expect(await say("select * from t where id = 20\\G")).toBe(
    "*************************** 1. row ***************************\n  id: 20\nname: NULL\n" +
      "1 row in set (0.00 sec)\n\nmysql> ",
  );
  expect(await say("select * from nothing;")).toBe(
    "ERROR 1146 (42S02): Table 'shop.nothing' doesn't exist\nmysql> ",
  );
  expect(await say("exit")).toBe("Bye\n");
});

test("accounts may do what they were granted", async () => {
  const server = await running({
    env: { MYSQL_DATABASE: "app", MYSQL_USER: "app", MYSQL_PASSWORD: "pw" },
  });
  const as = async (sql: string) => {
    const { both, code } = await server.at.run(["mysql", "-uapp", "-ppw", "-h10.0.0.2", "-e", sql]);
    return both.replace(/^mysql: \[Warning.*\n/, "") + (code === 0 ? "" : `[${code}]`);
  };
  expect(await as("create table app.t (a int); show databases")).toBe(
    "Database\ninformation_schema\napp\n",
  );
  expect(await as("create database other")).toBe(
    "ERROR 1044 (42000) at line 1: Access denied for user 'app'@'%' to database 'other'\n[1]",
  );
  expect(await as("select user from mysql.user")).toBe(
    "ERROR 1142 (42000) at line 1: SELECT command denied to user 'app'@'%' for table 'user'\n[1]",
  );
  expect(await server.sql("show grants for 'app'@'%'")).toBe(
    "Grants for app@%\nGRANT USAGE ON *.* TO 'app'@'%'\nGRANT ALL PRIVILEGES ON `app`.* TO 'app'@'%'\n",
  );
  expect(await server.sql("select password('secret')", "-N")).toBe(
    "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7\n",
  );
});
