// Base64 of the UTF-8 form of text: Secrets, tokens, continue marks.

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export function encodeBase64(text: string): string {
  const bytes = utf8(text);
  let encoded = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    encoded += letters.charAt(group >> 18) + letters.charAt((group >> 12) & 63);
    encoded += b === undefined ? "=" : letters.charAt((group >> 6) & 63);
    encoded += c === undefined ? "=" : letters.charAt(group & 63);
  }
  return encoded;
}

/** The text, or undefined if `encoded` is not base64. White space is skipped. */
export function decodeBase64(encoded: string): string | undefined {
  const text = encoded.replace(/\s/g, "");
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const digits = text.replace(/=+$/, "");
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let group = 0;
  let filled = 0;
  for (let i = 0; i < digits.length; i++) {
    group = (group << 6) | letters.indexOf(digits.charAt(i));
    if (i % 4 !== 0) bytes[filled++] = (group >> (6 - 2 * (i % 4))) & 255;
    if (i % 4 === 3) group = 0;
  }
  return new TextDecoder().decode(bytes);
}
