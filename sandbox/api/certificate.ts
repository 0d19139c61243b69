// Client certificates as text: what a kubeconfig carries and a connection presents. A certificate
// names its subject; whoever holds one is believed, since nothing in the sandbox can forge what it
// cannot read.
// differs: no keys and no signatures: a certificate is its subject in a PEM block.

import { decodeBase64, encodeBase64 } from "./base64.ts";
import type { Certificate } from "./http.ts";

/** A block of PEM with some text in it: a certificate, a key. */
export function pem(label: string, text: string): string {
  const lines = encodeBase64(text).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** PEM of a certificate with this subject. */
export function certificatePem({ commonName, organizations }: Certificate): string {
  const subject = [...organizations.map((each) => `O = ${each}`), `CN = ${commonName}`];
  return pem("CERTIFICATE", subject.join("\n"));
}

/** The subject of a certificate, given its PEM; undefined if it is none of ours. */
export function readCertificate(text: string): Certificate | undefined {
  const block = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/.exec(text);
  const subject = block && decodeBase64(block[1] ?? "");
  const commonName = /^CN = (.*)$/m.exec(subject ?? "")?.[1];
  if (!subject || commonName === undefined) return undefined;
  const organizations = [...subject.matchAll(/^O = (.*)$/gm)].map(([, name]) => name ?? "");
  return { commonName, organizations };
}

/** As it stands in `client-certificate-data`: base64 of the PEM. */
export const certificateData = (certificate: Certificate): string =>
  encodeBase64(certificatePem(certificate));
