// `$(NAME)` in commands, arguments and values: what stands for it, or itself if nothing does; `$$`
// is a dollar sign. third_party/forked/golang/expansion/expand.go.

export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  if (!text.includes("$")) return text;
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, next: string, name: string) =>
    next === "$" ? "$" : (lookUp(name) ?? whole),
  );
}
