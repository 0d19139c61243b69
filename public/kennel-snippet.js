// <kennel-snippet name="…">: a readable transcript on anybody's page, which becomes a live cluster when
// it is clicked. Plain JavaScript without dependencies; the cluster runs in a frame of Kennel's own.

const home = new URL("./", import.meta.url);

class KennelSnippet extends HTMLElement {
  connectedCallback() {
    if (this.querySelector("button, iframe")) return;
    if (this.hasAttribute("open")) {
      this.open();
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.getAttribute("label") ?? "▶ Try it in a live cluster";
    button.style.cssText =
      "font:inherit;font-size:.875em;margin-block:.5em;padding:.4em .9em;border:1px solid currentcolor;border-radius:6px;background:none;color:inherit;cursor:pointer";
    button.addEventListener("click", () => this.open(), { once: true });
    this.style.display = "block";
    this.append(button);
  }

  /** Shows the cluster instead of the transcript. */
  open() {
    const name = this.getAttribute("name") ?? "";
    const theme = this.getAttribute("theme");
    const fixed = this.getAttribute("height");
    const frame = document.createElement("iframe");
    const address = new URL(`embed/${encodeURIComponent(name)}/`, home);
    if (!this.hasAttribute("open")) address.searchParams.set("start", "");
    if (theme) address.searchParams.set("theme", theme);
    frame.src = address.href;
    frame.title = this.getAttribute("label") ?? "A live Kubernetes cluster";
    frame.allow = "clipboard-write";
    frame.style.cssText = `display:block;inline-size:100%;block-size:${fixed ?? 560}px;border:0;color-scheme:normal`;
    this.receive = (event) => {
      if (event.source !== frame.contentWindow || event.origin !== home.origin) return;
      const { type, height } = event.data ?? {};
      if (type !== "kennel-height" || !Number.isFinite(height) || fixed) return;
      frame.style.blockSize = `${Math.min(Math.max(height, 120), 2400)}px`;
    };
    window.addEventListener("message", this.receive);
    this.replaceChildren(frame);
    this.dispatchEvent(new CustomEvent("kennel-open", { bubbles: true }));
  }

  disconnectedCallback() {
    if (this.receive) window.removeEventListener("message", this.receive);
  }
}

customElements.define("kennel-snippet", KennelSnippet);
