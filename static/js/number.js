// A full number typed into the filters is sent in the body instead: an address stays in histories and logs.
const DIGITS = 15;

function holdsNumber(text) {
  const bare = text.normalize("NFKC");
  return !/^\s*\d{9}-\d{6,12}\s*$/.test(bare) && new RegExp(`\\d{${DIGITS}}`).test(bare.replace(/[\s\-–—_.·]/g, ""));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const target = document.getElementById(form.dataset.numberForm || "");
  const typed = form.elements.q?.value || "";
  if (!target || !holdsNumber(typed)) return;
  event.preventDefault();
  target.elements.number.value = typed;
  target.requestSubmit();
});
