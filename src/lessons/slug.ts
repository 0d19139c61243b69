// Names in URLs: of lessons by their files, of sections as GitHub and Astro make them of headings.

export function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

/** `consul/01-no-provisioner.mdx` is the lesson `consul/no-provisioner`, whatever its number. */
export const lessonId = (path: string): string =>
  path.replace(/\.mdx$/, "").replace(/(^|\/)\d+-/g, "$1");
