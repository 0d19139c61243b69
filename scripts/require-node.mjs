// Says at once what is wrong when an old Node would run the project. Plain JavaScript, because an old
// Node cannot read anything else of it.

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Kennel needs Node 22.18 or newer; this is ${process.versions.node}.\n` +
      "On Linux x64 `npm ci` brings its own Node 24, unless it was told to leave out optional packages:\n" +
      "run `npm ci` again without --omit=optional, and start everything through npm scripts.\n",
  );
  process.exit(1);
}
