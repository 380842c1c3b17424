// A list of ticks: one box for all of them, and how many are chosen. The form names its boxes: data-tick-all="gap".
for (const form of document.querySelectorAll("form[data-tick-all]")) {
  const all = form.querySelector("[data-tick=all]");
  const name = form.dataset.tickAll || "change";
  const boxes = () => [...form.querySelectorAll(`input[type=checkbox][name=${name}]`)];
  const count = form.querySelector("[data-tick-count]");
  const show = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
    if (count) count.textContent = ticked ? `已选 ${ticked} 项` : "还没有勾选";
  };
  form.addEventListener("change", (event) => {
    if (event.target === all) boxes().forEach((box) => { box.checked = all.checked; });
    show();
  });
  show();
}
