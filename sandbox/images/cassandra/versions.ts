// The releases that there are images of.

export interface CassandraVersion {
  readonly release: string;
  readonly cql: string;
  readonly protocol: string;
}

export const v3_11_2: CassandraVersion = { release: "3.11.2", cql: "3.4.4", protocol: "v4" };
export const v3_11_19: CassandraVersion = { release: "3.11.19", cql: "3.4.4", protocol: "v4" };
