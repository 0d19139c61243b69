// The files of an image that say how Cassandra is set up, and how its start scripts change them.
// Upstream: conf/cassandra.yaml, conf/cassandra-env.sh.

export interface Directories {
  readonly data: string;
  readonly commitLog: string;
  readonly hints: string;
  readonly caches: string;
}

/** What is in cassandra.yaml before a start script has been at it. */
export const cassandraYaml = (
  { data, commitLog, hints, caches }: Directories,
  {
    tokens,
    seeds,
    rpcAddress,
  }: { readonly tokens: number; readonly seeds: string; readonly rpcAddress: string },
): string => `# Cassandra storage config YAML
cluster_name: 'Test Cluster'
num_tokens: ${tokens}
hinted_handoff_enabled: true
max_hint_window_in_ms: 10800000 # 3 hours
hints_directory: ${hints}
authenticator: AllowAllAuthenticator
authorizer: AllowAllAuthorizer
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
data_file_directories:
    - ${data}
commitlog_directory: ${commitLog}
saved_caches_directory: ${caches}
commitlog_sync: periodic
commitlog_sync_period_in_ms: 10000
seed_provider:
    - class_name: org.apache.cassandra.locator.SimpleSeedProvider
      parameters:
          - seeds: "${seeds}"
storage_port: 7000
ssl_storage_port: 7001
listen_address: localhost
# broadcast_address: 1.2.3.4
start_native_transport: true
native_transport_port: 9042
start_rpc: false
rpc_address: ${rpcAddress}
rpc_port: 9160
# broadcast_rpc_address: 1.2.3.4
read_request_timeout_in_ms: 5000
range_request_timeout_in_ms: 10000
write_request_timeout_in_ms: 2000
request_timeout_in_ms: 10000
endpoint_snitch: SimpleSnitch
dynamic_snitch: true
`;

/** \`name: value\`, whether it stood there as a comment or not. */
export function setOption(yaml: string, name: string, value: string): string {
  const line = new RegExp(`^(?:# )?${name}:.*$`, "m");
  const text = `${name}: ${/[\s:#]/.test(value) ? `'${value}'` : value}`;
  return line.test(yaml) ? yaml.replace(line, text) : `${yaml}${text}\n`;
}

export const setSeeds = (yaml: string, seeds: string): string =>
  yaml.replace(/- seeds:.*/, `- seeds: "${seeds}"`);
