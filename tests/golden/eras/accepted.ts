// What the captures of this folder show that Kennel does not, by command, and why.

export interface Accepted {
  /** The capture, and the beginning of its commands. */
  readonly capture: RegExp;
  readonly command: RegExp;
  readonly reason: string;
}

const any = /./u;

export const accepted: readonly Accepted[] = [
  {
    capture: any,
    command: /^kubectl (?:exec|logs|attach|port-forward|cp|run -it)\b/u,
    reason: "No kubelet was behind the nodes: their names could not be resolved.",
  },
  {
    capture: any,
    command: /^kubectl (?:describe node|get nodes)\b/u,
    reason: "What the script posted of its nodes is not what a kubelet posts.",
  },
  {
    capture: any,
    command: /^kubectl drain\b/u,
    reason: "Names the pods of the node, and the scheduler had chosen the node by lot.",
  },
  {
    capture: any,
    command: /^kubectl config (?:view|get-contexts)\b/u,
    reason: "Shows the kubeconfig of who recorded it.",
  },
  {
    capture: any,
    command: /^kubectl version\b/u,
    reason: "The programs were built without the stamp of a release.",
  },
  {
    capture: any,
    command: /^kubectl get secret$/u,
    reason: "Their controller manager was given no root certificate to put into tokens.",
  },
  {
    capture: any,
    command: /--sort-by=\{\.status\.podIP\}/u,
    reason: "The script drew the addresses by lot.",
  },
  {
    capture: any,
    command: /^kubectl (?:options|api-resources)$/u,
    reason: "Cut off when recorded, or lists kinds that Kennel does not serve.",
  },
  {
    capture: /-1(?:20|33)$/u,
    command: /^kubectl (?:describe po|get po -?\S* ?-o yaml|get po web-0 -o yaml)\b/u,
    reason: "The script posted neither ContainersReady nor `started`.",
  },
  {
    capture: /-1(?:5|20|33)$/u,
    command: /^kubectl get pv \S+ -o yaml$/u,
    reason: "Names a volume after a UID drawn by lot; 1.5 misspelled the link of its own.",
  },
  {
    capture: /13/u,
    command: /^kubectl (?:create|apply) -f (?:bad|nokind2?)\.yaml$/u,
    reason: "Lists API versions in the order of a Go map, or quotes an older YAML library.",
  },
  {
    capture: /13/u,
    command: /jsonpath=\{\.nope\}/u,
    reason: "Dumps a struct of Go.",
  },
  {
    capture: /^cmds-13$/u,
    command: /^kubectl (?:get pods|describe po)$/u,
    reason: "A recycler's pod was left from before.",
  },
  {
    capture: /^statefulset-flow-15$/u,
    command: /^kubectl (?:apply|replace) -f [xy]\.yaml$/u,
    reason: "The files were later rewritten for apps/v1, which 1.5 did not serve.",
  },
  {
    capture: /^petset-13-a$/u,
    command: /^kubectl describe pvc www-web-0$/u,
    reason: "A line of the next command strayed into it.",
  },
  {
    capture: /scale-down-order/u,
    command: any,
    reason: "1.3 deleted pets in an order drawn by lot, and waits were not recorded.",
  },
];
