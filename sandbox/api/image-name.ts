// Names of images: `docker.io/library/nginx:1.19@sha256:…`. docker/distribution/reference.

/** The tag; `latest` if nothing is said, "" if the image is named by its digest alone. */
export function imageTag(name: string): string {
  const [plain = "", digest] = name.split("@");
  const colon = plain.lastIndexOf(":");
  // A colon before the last slash belongs to the port of the registry.
  if (colon > plain.lastIndexOf("/")) return plain.slice(colon + 1);
  return digest ? "" : "latest";
}
