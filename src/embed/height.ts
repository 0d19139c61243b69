// Tells the page that a snippet is embedded in how high it is. The only message that a frame sends.

export function tellHeight(element: HTMLElement | null): void {
  if (!element || window.parent === window) return;
  const tell = () => {
    const height = Math.ceil(element.getBoundingClientRect().height);
    // The height of a public snippet is no secret, and who embeds it is not known.
    window.parent.postMessage({ type: "kennel-height", height }, "*");
  };
  new ResizeObserver(tell).observe(element);
  tell();
}
