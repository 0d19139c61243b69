// What nginx says in HTML: its welcome, its errors.
// src/http/ngx_http_special_response.c, docs/html/index.html.

import { statusLine } from "../../machine/http-codec.ts";

const olderStyle = `    body {
        width: 35em;
        margin: 0 auto;
        font-family: Tahoma, Verdana, Arial, sans-serif;
    }
`;

const newerStyle = `html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
`;

export type Style = "older" | "newer";

export const welcome = (style: Style): string => `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
${style === "older" ? olderStyle : newerStyle}</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

export const serverError = (style: Style): string => `<!DOCTYPE html>
<html>
<head>
<title>Error</title>
<style>
${style === "older" ? olderStyle : newerStyle}</style>
</head>
<body>
<h1>An error occurred.</h1>
<p>Sorry, the page you are looking for is currently unavailable.<br/>
Please try again later.</p>
<p>If you are the system administrator of this resource then you should check
the error log for details.</p>
<p><em>Faithfully yours, nginx.</em></p>
</body>
</html>
`;

/** Where nginx has its own words for a status. */
const titles: Readonly<Record<number, string>> = {
  302: "302 Found",
  405: "405 Not Allowed",
  408: "408 Request Time-out",
  413: "413 Request Entity Too Large",
  429: "429 Too Many Requests",
  499: "499",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out",
};

export function statusPage(status: number, nginx: NginxVersion): string {
  const title = titles[status] ?? statusLine(status);
  const lines = [
    "<html>",
    `<head><title>${title}</title></head>`,
    nginx.whitePages ? '<body bgcolor="white">' : "<body>",
    `<center><h1>${title}</h1></center>`,
    `<hr><center>nginx/${nginx.version}</center>`,
    "</body>",
    "</html>",
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

/** What changed from release to release, as far as it shows. */
export interface NginxVersion {
  readonly version: string;
  /** The pages of errors say that they are white (until 1.15.3). */
  readonly whitePages: boolean;
  readonly style: Style;
  /** It says how it starts and stops. */
  readonly logsNotices: boolean;
  /** The compiler it says it was built by. */
  readonly builtBy: string;
}
