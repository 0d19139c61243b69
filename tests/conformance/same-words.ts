// What both kubectls are asked, in this order.

export const files: Readonly<Record<string, string>> = {
  "web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: nginx
        image: nginx:1.19
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
`,
  "box.yaml": `apiVersion: v1
kind: Pod
metadata:
  name: box
spec:
  containers:
  - name: box
    image: busybox:1.36
    command: ["sh", "-c", "echo hello; sleep 100000"]
`,
  "pets.yaml": `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pets}
spec:
  serviceName: pets
  replicas: 1
  selector: {matchLabels: {app: pets}}
  template:
    metadata: {labels: {app: pets}}
    spec: {containers: [{name: c, image: "nginx:1.19"}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`,
  "unknown-field.yaml": `apiVersion: v1
kind: Pod
metadata: {name: bad}
spec: {containers: [{name: c, image: nginx, comand: [sh]}]}
`,
  "unknown-kind.yaml": "apiVersion: v1\nkind: Nope\nmetadata: {name: bad}\n",
  "bad-name.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Bad_Name}\n",
  "bad.yaml": "apiVersion: v1\nkind: Pod\n  metadata: {name: bad}\n",
  "open.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: bad\n",
  "tab.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: bad\n",
  "list.yaml": "- a\n- b\n",
  "text.yaml": "just some words\n",
  "empty.yaml": "",
  "no-kind.yaml": "apiVersion: v1\nmetadata: {name: bad}\n",
  "no-name.yaml": "apiVersion: v1\nkind: ConfigMap\n",
  "wrong-type.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {ports: 80}\n",
  "broken.json": '{"apiVersion": "v1", "kind": "Pod"',
  "twice.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\ndata: {a: b}\ndata: {c: d}\n",
};

const inputs = `
kubectl apply -f unknown-field.yaml
kubectl create -f unknown-field.yaml --validate=false --dry-run=server
kubectl apply -f unknown-kind.yaml
kubectl apply -f bad-name.yaml
kubectl apply -f bad.yaml
kubectl apply -f open.yaml
kubectl apply -f tab.yaml
kubectl apply -f list.yaml
kubectl apply -f text.yaml
kubectl apply -f empty.yaml
kubectl apply -f no-kind.yaml
kubectl apply -f no-name.yaml
kubectl apply -f wrong-type.yaml
kubectl apply -f broken.json
kubectl apply -f twice.yaml
kubectl apply -f missing.yaml
kubectl apply
kubectl get
kubectl get nope
kubectl get pods --nope
kubectl get pods -l 'a in (b'
kubectl get pods -l 'a=='
kubectl get pods -l '=x'
kubectl get pods -l 'a b'
kubectl get pods --field-selector=spec.nope=x
kubectl get pods --field-selector=nope
kubectl get pods -o nope
kubectl get pods -o jsonpath='{.items[}'
kubectl get pods -o jsonpath='{.nope'
kubectl get pods -o custom-columns=NAME
kubectl get pods -o go-template='{{.nope'
kubectl get pod a b c
kubectl get pod/a svc
kubectl get pods --sort-by=nope{
kubectl frobnicate
kubectl delete
kubectl scale deploy web
kubectl scale deploy web --replicas=-1
kubectl scale deploy web --replicas=x
kubectl patch deploy web -p '{'
kubectl patch deploy web
kubectl create deployment
kubectl create deployment x
kubectl label pod box nope
kubectl label pod box a=b=c
kubectl label pod box 'a b=c'
kubectl annotate pod box nope
kubectl logs
kubectl exec box
kubectl exec nope -- ls
kubectl rollout status
kubectl rollout nope
kubectl wait
kubectl wait pod/nope --for=condition=Ready
kubectl wait pod/nope --for=delete
kubectl wait pod/nope
kubectl expose deploy nope
kubectl explain nope
kubectl explain pod.nope
kubectl cp nope
kubectl taint node node2 nope
kubectl cordon nope
kubectl drain node2 --nope
kubectl run x
kubectl run Bad_Name --image=nginx
kubectl set image deploy/nope a=b
`;

const states = `
kubectl apply -f web.yaml -f box.yaml -f pets.yaml
settle
kubectl get all
kubectl get nodes
kubectl get nodes -o wide
kubectl get deploy,rs,svc,sts -o wide
kubectl get ns
kubectl get pvc
kubectl get pods -A
kubectl get pod box -o yaml
kubectl get deploy web -o json
kubectl get pods -L app --show-labels
kubectl get pods -l app=web -o name
kubectl get pods --field-selector=status.phase=Pending
kubectl get pods -o custom-columns=N:.metadata.name,P:.status.phase
kubectl get pods -o jsonpath='{range .items[*]}{.metadata.name}{"\\n"}{end}'
kubectl get svc kubernetes -o go-template='{{.spec.type}}{{"\\n"}}'
kubectl describe pod box
kubectl describe deploy web
kubectl describe svc web
kubectl describe sts pets
kubectl describe node node2
kubectl describe ns default
kubectl api-versions
kubectl version --short
kubectl apply -f web.yaml
kubectl apply --server-side -f box.yaml --force-conflicts
kubectl diff -f web.yaml
kubectl patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:1.20"}]}}}}'
kubectl rollout history deploy/web
kubectl rollout history deploy/web --revision=2
kubectl rollout undo deploy/web --to-revision=9
kubectl rollout undo deploy/web
kubectl rollout restart deploy/web
settle
kubectl scale deploy web --replicas=3
kubectl scale deploy web --replicas=2 --current-replicas=7
kubectl set image deploy/web nginx=nginx:1.21
kubectl set env deploy/web A=b
kubectl label pod box a=b
kubectl label pod box a=c
kubectl label pod box a=c --overwrite
kubectl annotate pod box note=x
kubectl patch pod box -p '{"spec":{"nodeName":"x"}}'
kubectl patch pod box --type=merge -p '{"metadata":{"labels":{"z":"1"}}}'
KUBE_EDITOR="sed -i s/'z: \\"1\\"'/'z: \\"2\\"'/" kubectl edit pod box
kubectl expose deploy web --name=web2 --port=8080
kubectl logs box
kubectl exec box -- sh -c 'exit 7'
kubectl exec box -- nope
kubectl wait pod/box --for=condition=Ready
kubectl wait pod/box --for=condition=Nope --timeout=1s
kubectl cordon node2
kubectl drain node2
kubectl uncordon node2
kubectl taint node node2 a=b:NoSchedule
kubectl taint node node2 a:NoSchedule-
kubectl get events --field-selector=involvedObject.name=box
kubectl delete pod box --grace-period=1
kubectl delete -f web.yaml
kubectl delete sts pets --cascade=orphan
kubectl delete pod nope
kubectl delete pvc --all
settle
kubectl get all
`;

// kubectl 1.33 sends some of these as protobuf, which the door does not read, and has other words.
const older = `
kubectl delete pod
kubectl create configmap Bad_Name
kubectl create namespace -
kubectl patch pod box --type=json -p '[{"op":"remove","path":"/metadata/nope"}]'
kubectl create configmap c --from-literal=a=b
kubectl create configmap c --from-literal=a=b
kubectl create secret generic s --from-literal=a=b
kubectl get cm,secret -o wide
kubectl describe cm c
kubectl describe secret s
kubectl auth can-i create pods
kubectl api-resources
`;

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** For a kubectl of the release `1.20`, say. */
export const commandsOf = (release: string): readonly string[] => [
  ...linesOf(inputs),
  ...linesOf(states),
  ...(release === "1.20" ? linesOf(older) : []),
];
