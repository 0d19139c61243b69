// Flags that every command understands. cli-runtime pkg/genericclioptions/config_flags.go; klog.
// differs: flags about TLS, caches, profiles and logging are accepted and do nothing.

import { array, bool, duration, type Flag, int, text } from "./flags.ts";

const ignored = "Accepted for compatibility; does nothing here.";

export const globalFlags: readonly Flag[] = [
  text("kubeconfig", "Path to the kubeconfig file to use for CLI requests."),
  text("cluster", "The name of the kubeconfig cluster to use"),
  text("user", "The name of the kubeconfig user to use"),
  text("context", "The name of the kubeconfig context to use"),
  text("namespace n", "If present, the namespace scope for this CLI request"),
  text("server s", "The address and port of the Kubernetes API server"),
  text("token", "Bearer token for authentication to the API server"),
  text("username", "Username for basic authentication to the API server"),
  text("password", "Password for basic authentication to the API server"),
  text("as", "Username to impersonate for the operation"),
  array(
    "as-group",
    "Group to impersonate for the operation, this flag can be repeated to specify multiple groups.",
  ),
  text("client-certificate", "Path to a client certificate file for TLS"),
  text("client-key", "Path to a client key file for TLS"),
  text("certificate-authority", "Path to a cert file for the certificate authority"),
  text("tls-server-name", "Server name to use for server certificate validation."),
  bool(
    "insecure-skip-tls-verify",
    "If true, the server's certificate will not be checked for validity.",
  ),
  text(
    "request-timeout",
    "The length of time to wait before giving up on a single server request.",
    { value: "0" },
  ),
  text("cache-dir", "Default cache directory", { value: "/root/.kube/cache" }),
  bool("match-server-version", "Require server version to match client version"),
  bool(
    "warnings-as-errors",
    "Treat warnings received from the server as errors and exit with a non-zero exit code",
  ),
  int("v v", "number for the log level verbosity"),
  text("vmodule", ignored, { hidden: true }),
  bool("logtostderr", ignored, { hidden: true }),
  bool("alsologtostderr", ignored, { hidden: true }),
  text("log-dir", ignored, { hidden: true }),
  text("log-file", ignored, { hidden: true }),
  bool("skip-headers", ignored, { hidden: true }),
  duration("log-flush-frequency", ignored, { value: "5s", hidden: true }),
  text("stderrthreshold", ignored, { hidden: true }),
  text("profile", ignored, { value: "none", hidden: true }),
  text("profile-output", ignored, { value: "profile.pprof", hidden: true }),
];
