// A link with data-panel opens its page in the side panel on a wide screen; a second click on it opens the page.
const panel = document.getElementById("panel");
const body = document.getElementById("panel-body");
const wide = window.matchMedia("(min-width: 1024px)");
let opener = null;
let shownHref = "";

function close() {
  panel.hidden = true;
  body.replaceChildren();
  opener?.closest("tr")?.removeAttribute("aria-current");
  opener?.focus();
  opener = null;
  shownHref = "";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel]");
  if (!link || !window.htmx || !wide.matches) return;
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || link.href === shownHref) return;
  event.preventDefault();
  opener?.closest("tr")?.removeAttribute("aria-current");
  opener = link;
  link.closest("tr")?.setAttribute("aria-current", "true");
  window.htmx
    .ajax("GET", link.href, { target: body, swap: "innerHTML" })
    .then(() => {
      if (opener !== link) return;
      shownHref = link.href;
      panel.hidden = false;
      panel.scrollTop = 0;
      const heading = body.querySelector("h1, h2");
      heading?.setAttribute("tabindex", "-1");
      heading?.focus();
    });
});

panel?.querySelector("[data-panel-close]").addEventListener("click", close);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel && !panel.hidden && !document.querySelector("dialog[open]")) close();
});
