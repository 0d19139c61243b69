import { expect, test } from "vitest";
import { absolute, baseName, type FileError, parentOf } from "./files.ts";
import { createOverlay, createTree, mergeLayers } from "./tree.ts";

const clock = { now: () => 1000 };
const user = { name: "u", uid: 7, gid: 7, groups: [7], home: "/", shell: "/bin/sh" };

const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as FileError).code;
  }
  return "none";
};

test("what is written can be read, listed, renamed and removed", () => {
  const { files } = createTree({ clock });
  files.makeDirectory("/a/b", { parents: true });
  files.write("/a/b/x", "one");
  files.write("/a/b/x", " two", { append: true });
  expect(files.read("/a/b/x")).toBe("one two");
  expect(files.stat("/a/b/x")).toMatchObject({
    kind: "file",
    size: 7,
    mode: 0o644,
    modified: 1000,
  });
  files.rename("/a/b/x", "/a/y");
  expect(files.list("/a")).toEqual(["b", "y"]);
  files.remove("/a/y");
  files.removeDirectory("/a/b");
  expect(files.list("/a")).toEqual([]);
});

test("errors carry the kernel's codes and words", () => {
  const { files } = createTree({ clock });
  files.makeDirectory("/d");
  files.write("/f", "");
  files.write("/d/f", "");
  expect(code(() => files.read("/none"))).toBe("ENOENT");
  expect(code(() => files.read("/d"))).toBe("EISDIR");
  expect(code(() => files.read("/f/x"))).toBe("ENOTDIR");
  expect(code(() => files.read("/f/"))).toBe("ENOTDIR");
  expect(code(() => files.write("/no/f", ""))).toBe("ENOENT");
  expect(code(() => files.makeDirectory("/d"))).toBe("EEXIST");
  expect(code(() => files.removeDirectory("/d"))).toBe("ENOTEMPTY");
  expect(code(() => files.removeDirectory("/f"))).toBe("ENOTDIR");
  expect(code(() => files.rename("/d", "/d/e"))).toBe("EINVAL");
  expect(code(() => files.rename("/f", "/d"))).toBe("EISDIR");
  expect(() => files.read("/none")).toThrow("No such file or directory");
});

test("symbolic links are followed, relative ones from where they are", () => {
  const { files } = createTree({ clock });
  files.makeDirectory("/a/b", { parents: true });
  files.write("/a/target", "here");
  files.symlink("../target", "/a/b/link");
  files.symlink("/a/b", "/short");
  expect(files.read("/short/link")).toBe("here");
  expect(files.realPath("/short/link")).toBe("/a/target");
  expect(files.realPath("/short/..")).toBe("/a");
  expect(files.lstat("/a/b/link").kind).toBe("symlink");
  files.symlink("loop", "/loop");
  expect(code(() => files.read("/loop"))).toBe("ELOOP");
  files.write("/short/link", "changed");
  expect(files.read("/a/target")).toBe("changed");
});

test("a second name keeps the file when the first one goes", () => {
  const { files } = createTree({ clock });
  files.write("/a", "text");
  files.link("/a", "/b");
  files.remove("/a");
  files.write("/b", "!", { append: true });
  expect(files.read("/b")).toBe("text!");
});

test("an ordinary user may only do what the modes allow", () => {
  const { files } = createTree({ clock });
  files.makeDirectory("/home");
  files.chown("/home", 7, 7);
  files.makeDirectory("/secret", { mode: 0o700 });
  files.write("/secret/x", "");
  files.write("/etc", "readable");
  const mine = files.as(user);
  mine.write("/home/a", "mine");
  expect(files.stat("/home/a")).toMatchObject({ uid: 7, gid: 7 });
  expect(mine.read("/etc")).toBe("readable");
  expect(code(() => mine.write("/etc", ""))).toBe("EACCES");
  expect(code(() => mine.write("/new", ""))).toBe("EACCES");
  expect(code(() => mine.read("/secret/x"))).toBe("EACCES");
  expect(code(() => mine.chmod("/etc", 0o777))).toBe("EPERM");
  expect(code(() => mine.chown("/home/a", 0, 0))).toBe("EPERM");
  files.makeDirectory("/tmp", { mode: 0o1777 });
  files.write("/tmp/root", "");
  expect(code(() => mine.remove("/tmp/root"))).toBe("EPERM");
});

test("an overlay shows its image, and changes of one are not seen by another", () => {
  const image = createTree({ clock });
  image.files.makeDirectory("/etc/app", { parents: true });
  image.files.write("/etc/app/conf", "default");
  image.files.write("/etc/hosts", "image");
  const one = createOverlay(image, { clock });
  const two = createOverlay(image, { clock });
  one.files.write("/etc/app/conf", "changed");
  one.files.remove("/etc/hosts");
  one.files.write("/etc/new", "");
  expect(one.files.list("/etc")).toEqual(["app", "new"]);
  expect(two.files.list("/etc")).toEqual(["app", "hosts"]);
  expect(two.files.read("/etc/app/conf")).toBe("default");
  expect(code(() => one.files.read("/etc/hosts"))).toBe("ENOENT");
  expect(code(() => image.files.write("/x", ""))).toBe("EROFS");
  one.files.removeDirectory("/etc/app", { recursive: true });
  one.files.makeDirectory("/etc/app");
  expect(one.files.list("/etc/app")).toEqual([]);
});

test("layers are merged, the upper ones first", () => {
  const [below, above] = [createTree({ clock }), createTree({ clock })];
  below.files.makeDirectory("/bin");
  below.files.write("/bin/a", "old");
  below.files.write("/bin/b", "b");
  above.files.makeDirectory("/bin");
  above.files.write("/bin/a", "new");
  const image = mergeLayers([below, above], { clock });
  expect(image.files.list("/bin")).toEqual(["a", "b"]);
  expect(image.files.read("/bin/a")).toBe("new");
  expect(below.files.read("/bin/a")).toBe("old");
});

test("a mounted volume hides what is below, outlives the machine, and may be read-only", () => {
  const root = createTree({ clock }).files;
  const volume = createTree({ clock });
  volume.files.makeDirectory("/sub");
  volume.files.write("/sub/data", "kept");
  root.makeDirectory("/data");
  root.write("/data/below", "");
  root.mount("/data", volume.place);
  expect(root.list("/data")).toEqual(["sub"]);
  root.write("/data/sub/more", "x");
  expect(volume.files.read("/sub/more")).toBe("x");
  expect(code(() => root.removeDirectory("/data", { recursive: true }))).toBe("EBUSY");
  expect(code(() => root.rename("/data/sub/more", "/more"))).toBe("EXDEV");
  expect(root.realPath("/data/sub/../..")).toBe("/");
  root.unmount("/data");
  expect(root.list("/data")).toEqual(["below"]);
  root.mount("/data", volume.files.place("/sub"), { readOnly: true });
  expect(root.read("/data/data")).toBe("kept");
  expect(code(() => root.write("/data/data", ""))).toBe("EROFS");
  expect(root.mounts().map(({ path }) => path)).toEqual(["/", "/data"]);
});

test("a single file can be mounted, and keeps being that file when its name is given away", () => {
  const root = createTree({ clock }).files;
  const config = createTree({ clock });
  config.files.write("/key", "old");
  root.makeDirectory("/etc");
  root.write("/etc/key", "");
  root.mount("/etc/key", config.files.place("/key"));
  config.files.write("/new", "new");
  config.files.rename("/new", "/key");
  expect(root.read("/etc/key")).toBe("old");
});

test("a full disk refuses, and removing makes room", () => {
  const disk = { device: "/dev/sdb", type: "ext4", capacity: 16 * 1024, used: 0 };
  const one = createTree({ clock, disk });
  const two = createTree({ clock, disk });
  one.files.write("/a", "x".repeat(8 * 1024));
  two.files.write("/b", "x".repeat(4 * 1024));
  expect(code(() => two.files.write("/c", "x".repeat(8 * 1024)))).toBe("ENOSPC");
  one.files.remove("/a");
  expect(one.used).toBe(0);
  two.files.write("/c", "x".repeat(8 * 1024));
  expect(disk.used).toBe(12 * 1024);
  two.clear();
  expect(disk.used).toBe(0);
});

test("sizes are those of UTF-8", () => {
  const { files } = createTree({ clock });
  files.write("/f", "aé€😀");
  expect(files.stat("/f").size).toBe(1 + 2 + 3 + 4);
});

test("a watcher hears of changes at its path, and of nothing else", () => {
  const root = createTree({ clock }).files;
  const volume = createTree({ clock });
  root.makeDirectory("/etc");
  root.mount("/etc", volume.place);
  let heard = 0;
  const stop = root.watch("/etc/conf", () => heard++);
  volume.files.write("/other", "");
  expect(heard).toBe(0);
  volume.files.write("/conf", "");
  expect(heard).toBeGreaterThan(0);
  heard = 0;
  // As a ConfigMap is changed: a link is put over the old one.
  volume.files.symlink("other", "/link");
  volume.files.rename("/link", "/conf");
  expect(heard).toBeGreaterThan(0);
  stop();
  heard = 0;
  volume.files.write("/conf", "again");
  expect(heard).toBe(0);
});

test("paths are taken apart as dirname and basename do", () => {
  expect(absolute("/a/b", "../c/./d//e")).toBe("/a/c/d/e");
  expect(absolute("/", "../..")).toBe("/");
  expect([baseName("/a/b/"), baseName("/"), baseName("x")]).toEqual(["b", "/", "x"]);
  expect([parentOf("/a/b/"), parentOf("/a"), parentOf("x"), parentOf("a//b")]).toEqual([
    "/a",
    "/",
    ".",
    "a",
  ]);
});
