// What may differ inside a line: what a cluster makes up or reads from a clock. Each becomes a word
// in angle brackets, but only if it has the form that Kubernetes gives it: anything else stays and
// counts.

/** apimachinery/pkg/util/rand: generated names are made of these letters only. */
const letter = "[bcdfghjklmnpqrstvwxz2456789]";
const day = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const month = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const clock = String.raw`\d\d:\d\d:\d\d(?:\.\d+)?`;
const name = "[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?";

/** How Kubernetes prints an age: `8s`, `3m38s`, `41m`, `2d4h`, `1y20d`. */
const age = String.raw`\d+[smhdy](?:\d+[smhd])?`;
const wholeAge = new RegExp(`^${age}$`);
const eventAge = new RegExp(
  String.raw`^(?:${age}|<unknown>)(?: \(x\d+ over (?:${age}|<unknown>)\))?$`,
);
const wholeName = new RegExp(`^${name}$`);
const wholeHash = new RegExp(`^${letter}{6,10}$`);

export const isAge = (cell: string): boolean => wholeAge.test(cell);
/** The age of an event in `describe`: with its count, perhaps. */
export const isEventAge = (cell: string): boolean => eventAge.test(cell);
export const isName = (cell: string): boolean => wholeName.test(cell);
/** The hash of a pod template, by itself. */
export const isHash = (cell: string): boolean => wholeHash.test(cell);

/** True for a text, already normalised, that holds a generated name. */
export const isGenerated = (text: string): boolean => /<suffix>|<hash>|-<uid>/.test(text);

const uid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const generatedEnd = new RegExp(`(?<=[a-z0-9]-)${letter}{5,10}(?![A-Za-z0-9])|${uid}`, "g");

/**
 * What is generated of the names in a line that is not normalised yet: it tells its objects apart.
 */
export const generatedNames = (text: string): string => (text.match(generatedEnd) ?? []).join(" ");

/** In this order: what is found first is not looked at again. */
const rules: readonly (readonly [RegExp, string])[] = [
  // Times, in the forms of JSON, of Go, of describe and of date.
  [new RegExp(String.raw`\b\d{4}-\d\d-\d\dT${clock}(?:Z|[+-]\d\d:\d\d)`, "g"), "<time>"],
  [
    new RegExp(
      String.raw`\b\d{4}-\d\d-\d\d ${clock} [+-]\d{4}(?: [A-Z]{3,4})?(?: m=[+-][\d.]+)?`,
      "g",
    ),
    "<time>",
  ],
  [new RegExp(String.raw`\b${day}, \d\d ${month} \d{4} ${clock} [+-]\d{4}`, "g"), "<time>"],
  [
    new RegExp(String.raw`\b${day} ${month} [ \d]\d ${clock} (?:[A-Z]{3,4} )?\d{4}\b`, "g"),
    "<time>",
  ],

  // Ids of containers and images, where they have a field or a scheme of their own.
  [/^((?:Container|Image) ID:) +.+$/, "$1  <id>"],
  [/("?(?:containerID|imageID)"?: ?)"?[^"\s,{}]+"?/g, "$1<id>"],
  [/\b(?:docker|docker-pullable|containerd|cri-o):\/\/[^\s"',]+/g, "<id>"],
  [/\bsha256:[0-9a-f]{64}\b/g, "<id>"],

  [new RegExp(`\\b${uid}\\b`, "g"), "<uid>"],
  // The name of an event: that of its object, and a time in hexadecimal digits.
  [/(?<=[a-z0-9])\.[0-9a-f]{16}\b/g, ".<event>"],
  // The address of a Go pointer.
  [/\(0xc[0-9a-f]{9}\)/g, "(<pointer>)"],

  [/(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)/g, "<ip>"],
  // Where the server is: in kubeconfig, in cluster-info, in a refusal.
  [
    /(\bserver:? |\bdial tcp |\brunning at \S*?)(?:https?:\/\/[^\s/]+|<ip>(?::\d+)?)/g,
    "$1<server>",
  ],
  [/(\bresourceVersion"?: ?)"?\d+"?/g, "$1<version>"],
  [/^(Resource Version:) +\d+$/, "$1  <version>"],

  // pod-template-hash=6886c44bb7, web-6886c44bb7, web-6886c44bb7-x7k2p.
  [
    new RegExp(
      `((?:pod-template|controller-revision)-hash"?(?:=|: ?"?))${letter}{6,10}(?![\\w-])`,
      "g",
    ),
    "$1<hash>",
  ],
  [
    new RegExp(
      `(?<=[a-z0-9]-)${letter}{6,10}(?=-${letter}{5}(?![A-Za-z0-9-])|(?![A-Za-z0-9-]))`,
      "g",
    ),
    "<hash>",
  ],
  [new RegExp(`(?<=(?:[a-z0-9]|<hash>)-)${letter}{5}(?![A-Za-z0-9-])`, "g"), "<suffix>"],

  // Durations inside a sentence.
  [new RegExp(String.raw`\(${age} ago\)`, "g"), "(<age> ago)"],
  [new RegExp(String.raw`\bTerminating \(lasts ${age}\)`, "g"), "Terminating (lasts <age>)"],
  [/\bback-off (?:\d+[smh])+ restarting\b/g, "back-off <age> restarting"],
  [new RegExp(`^(Duration:) +${age}$`), "$1  <age>"],

  // Whether an image was there already is the node's luck; which of the two comes is a matter of
  // time.
  [/Container image ("[^"]*") already present on machine/g, "Pulled image $1"],
  [
    /Successfully pulled image ("[^"]*")(?: in [\d.]+(?:ns|µs|ms|s|m[\d.]+s))?(?: \(.* including waiting\))?/g,
    "Pulled image $1",
  ],
  [/\bErrImagePull\b/g, "ImagePullBackOff"],
];

/** Where the scheduler's choice stands, unless node names count. */
const nodeRules: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`^(Node:) +${name}(?=/|$)`), "$1  <node>"],
  [new RegExp(String.raw`(\bassigned \S+ to )${name}`, "g"), "$1<node>"],
  [new RegExp(String.raw`(\bnodeName"?: ?"?)${name}`, "g"), "$1<node>"],
  [new RegExp(String.raw`(\bselected-node"?(?:=|: ?)"?)${name}`, "g"), "$1<node>"],
];

const bareNodeRules: readonly (readonly [RegExp, string])[] = [[/\bnode\d+\b/g, "<node>"]];

const versionRules: readonly (readonly [RegExp, string])[] = [
  [/^((?:Kernel Version|OS Image|Container Runtime Version):) +.+$/, "$1  <version>"],
];

export interface TokenOptions {
  readonly nodesExact: boolean;
  /** The output of `kubectl describe node`. */
  readonly describesNode: boolean;
  /** The command asks for the field or the annotation with the chosen node, and prints it bare. */
  readonly printsNode: boolean;
}

/** One line without its indentation, its cells two spaces apart. */
export function normaliseTokens(text: string, options: TokenOptions): string {
  const chosen = [
    ...rules,
    ...(options.nodesExact ? [] : nodeRules),
    ...(options.nodesExact || !options.printsNode ? [] : bareNodeRules),
    ...(options.describesNode ? versionRules : []),
  ];
  return chosen.reduce((changed, [pattern, word]) => changed.replace(pattern, word), text);
}
