// The viewer of evidence: pictures one after another in place; what is no picture is named, with its original.
const links = [...document.querySelectorAll("[data-evidence]")];
let dialog = null;
let shown = 0;

function part(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function build() {
  dialog = part("dialog", "evidence");
  const bar = part("div", "evidence-bar");
  const title = part("b", "");
  const original = part("a", "btn", "下载原件");
  const view = part("div", "evidence-view");
  const buttons = [["上一份", () => show(shown - 1)], ["下一份", () => show(shown + 1)], ["关闭", () => dialog.close()]];
  bar.append(title, original);
  for (const [words, act] of buttons) {
    const button = part("button", "btn", words);
    button.type = "button";
    button.addEventListener("click", act);
    bar.append(button);
  }
  dialog.append(bar, view);
  dialog.addEventListener("keydown", (event) => {
    if (["ArrowRight", "j"].includes(event.key)) show(shown + 1);
    if (["ArrowLeft", "k"].includes(event.key)) show(shown - 1);
    if (event.key === "e") dialog.close();
  });
  document.body.append(dialog);
}

function show(number) {
  shown = (number + links.length) % links.length;
  const link = links[shown];
  dialog.querySelector("b").textContent = `${link.dataset.name}（${shown + 1}/${links.length}）`;
  dialog.querySelector("a").href = link.dataset.original;
  const view = dialog.querySelector(".evidence-view");
  if (link.dataset.large) {
    const image = new Image();
    image.src = link.dataset.large;
    image.alt = link.dataset.name;
    view.replaceChildren(image);
  } else {
    view.replaceChildren(part("p", "", "这份材料不是图片，请下载原件查看。"));
  }
}

for (const [number, link] of links.entries()) {
  link.addEventListener("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (!dialog) build();
    show(number);
    if (!dialog.open) dialog.showModal();
  });
}
