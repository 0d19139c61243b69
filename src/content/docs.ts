// The pages of the documentation, in the order in which they are listed.

export const docs: readonly { readonly path: string; readonly name: string }[] = [
  { path: "", name: "What it is" },
  { path: "how-it-works/", name: "How it works" },
  { path: "differences/", name: "What differs" },
  { path: "numbers/", name: "Numbers" },
  { path: "keyboard/", name: "Keyboard" },
  { path: "embedding/", name: "Embedding" },
  { path: "writing/", name: "Writing lessons" },
  { path: "credits/", name: "Credits" },
];
