// nginx as it is on Docker Hub, and the slim one of the Kubernetes examples.

import type { FileSystem } from "../../machine/files.ts";
import { defineImage, type Image } from "../../machine/image.ts";
import type { Program } from "../../machine/process.ts";
import type { Catalog } from "../../programs/bin/catalog.ts";
import { usualPath } from "../base-files.ts";
import { type NginxVersion, serverError, welcome } from "./pages.ts";
import { nginx } from "./program.ts";

const configuration = (level: string): string => `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log ${level};
pid        /run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
`;

const defaultServer = `server {
    listen       80;
    server_name  localhost;

    #access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }

    # proxy the PHP scripts to Apache listening on 127.0.0.1:80
    #
    #location ~ \\.php$ {
    #    proxy_pass   http://127.0.0.1;
    #}

    # deny access to .htaccess files, if Apache's document root
    # concurs with nginx's one
    #
    #location ~ /\\.ht {
    #    deny  all;
    #}
}

`;

const mimeTypes = `
types {
    text/html                                        html htm shtml;
    text/css                                         css;
    text/xml                                         xml;
    image/gif                                        gif;
    image/jpeg                                       jpeg jpg;
    application/javascript                           js;
    text/plain                                       txt;
    image/png                                        png;
    image/svg+xml                                    svg svgz;
    image/x-icon                                     ico;
    application/json                                 json;
}
`;

/** Releases from oldest to newest, as far as what they do differs. */
const releases: readonly Release[] = [
  { version: "1.14.2", scripts: [], whitePages: true, style: "older", logsNotices: false },
  { version: "1.15.12", scripts: [], style: "older", logsNotices: false },
  { version: "1.16.1", scripts: [], style: "older", logsNotices: false },
  { version: "1.17.10", scripts: [], style: "older", logsNotices: false },
  { version: "1.18.0", scripts: ["10", "20"], style: "older", logsNotices: false },
  { version: "1.19.10", scripts: ["10", "20", "30"], style: "older", logsNotices: false },
  { version: "1.20.2", scripts: ["10", "20", "30"], style: "older" },
  { version: "1.21.6", scripts: ["10", "20", "30"] },
  { version: "1.22.1", scripts: ["10", "20", "30"] },
  { version: "1.23.4", scripts: ["10", "20", "30"] },
  { version: "1.24.0" },
  { version: "1.25.5" },
  { version: "1.26.3" },
  { version: "1.27.5" },
  { version: "1.28.0", tags: ["stable"] },
  { version: "1.29.5", tags: ["latest", "mainline", "1"] },
];

interface Release extends Partial<NginxVersion> {
  readonly version: string;
  /** Beside its number and that without the last part. */
  readonly tags?: readonly string[];
  /** The numbers of what its entry point runs; all if not given. */
  readonly scripts?: readonly string[];
}

const scripts: Readonly<Record<string, string>> = {
  "10": "10-listen-on-ipv6-by-default.sh",
  "15": "15-local-resolvers.envsh",
  "20": "20-envsubst-on-templates.sh",
  "30": "30-tune-worker-processes.sh",
};

/**
 * What prepares a container before nginx runs in it.
 * differs: a program, not a script; it changes nothing, and templates are not filled in.
 */
const entrypoint =
  (numbers: readonly string[]): Program =>
  async (process) => {
    const [name = "", ...argv] = process.argv;
    const folder = "/docker-entrypoint.d/";
    const said: string[] = [];
    if (/^nginx(-debug)?$/.test(argv[0] ?? "")) {
      said.push(`${name}: ${folder} is not empty, will attempt to perform configuration`);
      said.push(`${name}: Looking for shell scripts in ${folder}`);
      for (const number of numbers) {
        const script = scripts[number] ?? "";
        const doing = script.endsWith(".envsh") ? "Sourcing" : "Launching";
        said.push(`${name}: ${doing} ${folder}${script}`);
        if (number === "10") said.push(`${script}: info: ipv6 not available`);
      }
      said.push(`${name}: Configuration complete; ready for start up`);
    }
    const isQuiet = process.env.get("NGINX_ENTRYPOINT_QUIET_LOGS");
    if (!isQuiet) for (const line of said) await process.stdout.write(`${line}\n`);
    return process.exec(argv);
  };

const variants = ["alpine", "alpine-slim", "bookworm", "perl"];

/** `1.19.10` is also `1.19`, and each has its variants. */
function tagsOf({ version, tags = [] }: Release): string[] {
  const all = [version, version.replace(/\.\d+$/, ""), ...tags];
  const varied = all.flatMap((tag) => variants.map((variant) => `${tag}-${variant}`));
  return [...all, ...varied, ...(tags.includes("latest") ? variants : [])];
}

const versionOf = (release: Release): NginxVersion => ({
  ...{ whitePages: false, style: "newer", logsNotices: true },
  builtBy: "gcc 12.2.0 (Debian 12.2.0-14+deb12u1) ",
  ...release,
});

function imageOf(release: Release, { base, catalog }: Parts): Image {
  const version = versionOf(release);
  const numbers = release.scripts ?? Object.keys(scripts);
  const isPrepared = numbers.length > 0;
  return defineImage({
    names: ["nginx", "public.ecr.aws/nginx/nginx"],
    tags: tagsOf(release),
    size: 54_000_000,
    base,
    config: {
      ...(isPrepared && { entrypoint: ["/docker-entrypoint.sh"] }),
      cmd: ["nginx", "-g", "daemon off;"],
      env: { PATH: usualPath, NGINX_VERSION: version.version, PKG_RELEASE: "1" },
      exposedPorts: [80],
      stopSignal: "SIGQUIT",
    },
    programs: {
      "/usr/sbin/nginx": nginx(version),
      "/usr/bin/curl": catalog.tool("curl"),
      ...(isPrepared && { "/docker-entrypoint.sh": entrypoint(numbers) }),
    },
    finish: (files) => install(files, version),
  });
}

/** differs: the releases behind the tags 0.21 and later are guessed. */
const slimReleases: readonly Release[] = [
  { version: "1.11.1", tags: ["0.8", "0.7"], whitePages: true, style: "older", logsNotices: false },
  { version: "1.21.6", tags: ["0.20", "0.21", "0.22", "0.23"], logsNotices: false },
  { version: "1.27.1", tags: ["0.24", "0.25", "0.26", "0.27", "latest"], logsNotices: false },
];

function slimImageOf(release: Release, { base, catalog }: Parts): Image {
  const version = versionOf(release);
  const places = ["registry.k8s.io", "k8s.gcr.io", "gcr.io/google_containers"];
  return defineImage({
    names: places.map((place) => `${place}/nginx-slim`),
    tags: release.tags ?? [],
    size: 50_000_000,
    base,
    config: {
      cmd: ["nginx", "-g", "daemon off;"],
      env: { PATH: usualPath },
      exposedPorts: [80, 443],
    },
    programs: { "/usr/sbin/nginx": nginx(version), "/usr/bin/curl": catalog.tool("curl") },
    finish: (files) => install(files, version),
  });
}

interface Parts {
  /** Debian. */
  readonly base: Image;
  readonly catalog: Catalog;
}

export const nginxImages = (parts: Parts): readonly Image[] => [
  ...releases.map((release) => imageOf(release, parts)),
  ...slimReleases.map((release) => slimImageOf(release, parts)),
];

function install(files: FileSystem, version: NginxVersion): void {
  files.write("/etc/passwd", "nginx:x:101:101:nginx user:/nonexistent:/bin/false\n", {
    append: true,
  });
  files.write("/etc/group", "nginx:x:101:\n", { append: true });
  for (const path of ["/etc/nginx/conf.d", "/usr/share/nginx/html", "/var/log/nginx"]) {
    files.makeDirectory(path, { parents: true });
  }
  files.makeDirectory("/var/cache/nginx", { parents: true });
  files.write("/etc/nginx/nginx.conf", configuration(version.logsNotices ? "notice" : "warn"));
  files.write("/etc/nginx/mime.types", mimeTypes);
  files.write("/etc/nginx/conf.d/default.conf", defaultServer);
  files.write("/usr/share/nginx/html/index.html", welcome(version.style));
  files.write("/usr/share/nginx/html/50x.html", serverError(version.style));
  files.symlink("/dev/stdout", "/var/log/nginx/access.log");
  files.symlink("/dev/stderr", "/var/log/nginx/error.log");
}
