import { beforeAll, expect, test } from "vitest";
import { type TestServer, testServer } from "./test-server.ts";

let server: TestServer;

beforeAll(async () => {
  server = testServer();
  server.start();
  await server.advance(40_000);
  await server.sql("create database d");
});

const sql = (text: string) => server.sql(text, "d");
/** Without headings. */
const rows = (text: string) => server.sql(text, "-N", "d");

test("tables are made, described, changed and dropped", async () => {
  await sql(
    "create table pet (name varchar(20), owner varchar(20), sex char(1), birth date, death date)",
  );
  expect(await sql("describe pet")).toBe(
    "Field\tType\tNull\tKey\tDefault\tExtra\nname\tvarchar(20)\tYES\t\tNULL\t\nowner\tvarchar(20)\tYES\t\tNULL\t\n" +
      "sex\tchar(1)\tYES\t\tNULL\t\nbirth\tdate\tYES\t\tNULL\t\ndeath\tdate\tYES\t\tNULL\t\n",
  );
  expect(await sql("show tables")).toBe("Tables_in_d\npet\n");
  await sql(
    "alter table pet add column id int unsigned not null auto_increment primary key first, drop death",
  );
  await sql("alter table pet add unique key who (name, owner)");
  expect(await rows("show create table pet\\G")).toContain(
    "CREATE TABLE `pet` (\n  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,\n  `name` varchar(20) DEFAULT NULL,\n",
  );
  await sql("drop table pet");
  expect(await sql("drop table pet")).toBe(
    "ERROR 1051 (42S02) at line 1: Unknown table 'd.pet'\n[1]",
  );
});

test("rows are put, found, joined, grouped, ordered and limited", async () => {
  await sql("create table author (id int primary key, name varchar(20) not null)");
  await sql(
    "create table book (id int auto_increment primary key, author int, title varchar(30), price decimal(6,2))",
  );
  await sql("insert into author values (1,'Ann'),(2,'Bo'),(3,'Cy')");
  await sql(
    "insert into book (author,title,price) values (1,'A',10),(1,'B',2.5),(2,'C',7.25),(null,'D',null)",
  );
  expect(
    await rows(
      "select name, title from author a left join book b on b.author = a.id order by name desc, title",
    ),
  ).toBe("Cy\tNULL\nBo\tC\nAnn\tA\nAnn\tB\n");
  expect(
    await rows(
      "select author, count(*) n, sum(price), avg(price) from book group by author having n > 1",
    ),
  ).toBe("1\t2\t12.50\t6.250000\n");
  expect(
    await rows("select title from book where price between 2 and 8 or title like 'd%' limit 1,2"),
  ).toBe("C\nD\n");
  expect(await rows("select count(*), count(price), max(price), min(title) from book")).toBe(
    "4\t3\t10.00\tA\n",
  );
  expect(await rows("select name from author where id in (select author from book)")).toBe(
    "Ann\nBo\n",
  );
  expect(
    await rows("select 1+1, 7/2, 7 div 2, concat('a', 1), if(1>2,'y','n'), null is null"),
  ).toBe("2\t3.5000\t3\ta1\tn\t1\n");
  expect(
    await rows("select name from author union select title from book order by 1 limit 2"),
  ).toBe("A\nAnn\n");
});

test("rows are changed and deleted, and what is wrong is refused", async () => {
  await sql("create table n (id int primary key, v varchar(3) not null, u int default 7)");
  await sql("insert into n (id, v) values (1,'a'),(2,'b')");
  const refused = async (text: string) => (await sql(text)).replace(" at line 1", "");
  expect(await refused("insert into n values (1,'c',1)")).toBe(
    "ERROR 1062 (23000): Duplicate entry '1' for key 'PRIMARY'\n[1]",
  );
  expect(await refused("insert into n values (3,'long',1)")).toBe(
    "ERROR 1406 (22001): Data too long for column 'v' at row 1\n[1]",
  );
  expect(await refused("insert into n values (3,null,1)")).toBe(
    "ERROR 1048 (23000): Column 'v' cannot be null\n[1]",
  );
  expect(await refused("insert into n (id) values (3)")).toBe(
    "ERROR 1364 (HY000): Field 'v' doesn't have a default value\n[1]",
  );
  expect(await refused("insert into n values (1,2)")).toBe(
    "ERROR 1136 (21S01): Column count doesn't match value count at row 1\n[1]",
  );
  expect(await refused("insert into n values ('x','a',1)")).toBe(
    "ERROR 1366 (HY000): Incorrect integer value: 'x' for column 'id' at row 1\n[1]",
  );
  expect(await refused("select nope from n")).toBe(
    "ERROR 1054 (42S22): Unknown column 'nope' in 'field list'\n[1]",
  );
  expect(await refused("select * from n where nope = 1")).toBe(
    "ERROR 1054 (42S22): Unknown column 'nope' in 'where clause'\n[1]",
  );
  // The first row of a statement that fails is not kept either.
  await refused("insert into n values (5,'x',1),(1,'y',1)");
  await sql(
    "update n set u = u + 1 where id = 2; insert into n values (1,'z',0) on duplicate key update u = 100",
  );
  await sql("replace into n values (2,'r',1)");
  expect(await rows("select * from n")).toBe("1\ta\t100\n2\tr\t1\n");
  await sql("delete from n where id = 1; begin; delete from n; rollback");
  expect(await rows("select id from n")).toBe("2\n");
});

test("foreign keys hold", async () => {
  await sql("create table p (id int primary key) engine=innodb");
  await sql("create table c (id int primary key, p int, foreign key (p) references p (id))");
  await sql("insert into p values (1); insert into c values (1, 1)");
  expect(await sql("insert into c values (2, 9)")).toContain(
    "ERROR 1452 (23000) at line 1: Cannot add or update a child row: a foreign key constraint fails (`d`.`c`, CONSTRAINT `c_ibfk_1` FOREIGN KEY (`p`) REFERENCES `p` (`id`))",
  );
  expect(await sql("delete from p")).toContain("ERROR 1451 (23000)");
});

test("the server tells about itself", async () => {
  expect(await rows("show variables like 'server_id'")).toBe("server_id\t0\n");
  expect(await rows("select @@global.read_only, @@version, database(), current_user()")).toBe(
    "0\t5.7.17\td\troot@localhost\n",
  );
  expect(await sql("show slave status")).toBe("");
  expect(await rows("show status like 'Threads_connected'")).toBe("Threads_connected\t1\n");
  expect(await rows("show processlist")).toMatch(
    /^\d+\troot\tlocalhost\td\tQuery\t0\tstarting\tshow processlist\n$/,
  );
  expect(
    await rows("select schema_name from information_schema.schemata where schema_name = 'd'"),
  ).toBe("d\n");
  expect(await sql("explain select 1")).toBe(
    "ERROR 1235 (42000) at line 1: EXPLAIN of a query: not simulated\n[1]",
  );
  expect(
    await sql(
      "set global read_only = 1; create user r identified by 'r'; set @x = 4; select @x * 2",
    ),
  ).toBe("@x * 2\n8\n");
});
