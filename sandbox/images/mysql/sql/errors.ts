// What the server refuses, with MySQL's numbers and words. share/errmsg-utf8.txt.

const states: Readonly<Record<number, string>> = {
  1007: "HY000",
  1008: "HY000",
  1025: "HY000",
  1044: "42000",
  1045: "28000",
  1046: "3D000",
  1048: "23000",
  1049: "42000",
  1050: "42S01",
  1051: "42S02",
  1052: "23000",
  1053: "08S01",
  1054: "42S22",
  1060: "42S21",
  1061: "42000",
  1062: "23000",
  1064: "42000",
  1065: "42000",
  1068: "42000",
  1072: "42000",
  1091: "42000",
  1094: "HY000",
  1096: "HY000",
  1110: "42000",
  1111: "HY000",
  1136: "21S01",
  1140: "42000",
  1142: "42000",
  1146: "42S02",
  1193: "HY000",
  1222: "21000",
  1227: "42000",
  1235: "42000",
  1238: "HY000",
  1241: "21000",
  1242: "21000",
  1248: "42000",
  1264: "22003",
  1265: "01000",
  1292: "22007",
  1290: "HY000",
  1305: "42000",
  1364: "HY000",
  1366: "HY000",
  1396: "HY000",
  1406: "22001",
  1410: "42000",
  1451: "23000",
  1452: "23000",
  1582: "42000",
};

/** A statement failed: `ERROR 1146 (42S02): Table 'a.b' doesn't exist`. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly code: number;
  readonly state: string;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
    this.state = states[code] ?? "HY000";
  }
}

export const unknownColumn = (name: string, where: string): SqlError =>
  new SqlError(1054, `Unknown column '${name}' in '${where}'`);

export const noTable = (database: string, table: string): SqlError =>
  new SqlError(1146, `Table '${database}.${table}' doesn't exist`);

export const noDatabase = (name: string): SqlError =>
  new SqlError(1049, `Unknown database '${name}'`);

/** Real, but not here: said as the server says that it cannot. */
export const notSimulated = (what: string): SqlError =>
  new SqlError(1235, `${what}: not simulated`);
