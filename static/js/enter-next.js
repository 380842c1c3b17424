// A form that is typed from paper: Enter goes to the next field, not away. In the last one it goes to the button that
// saves. Shift+Enter goes back, Ctrl+Enter saves from anywhere.
for (const form of document.querySelectorAll("form[data-enter-next]")) {
  const fields = () => [...form.querySelectorAll("input:not([type=hidden]), select, textarea")].filter(
    (field) => !field.disabled && field.offsetParent !== null && field.type !== "file"
      && (field.type !== "radio" || field.checked || !form.querySelector(`input[name="${field.name}"]:checked`)),
  );
  // Who and when are known from the last sheet: the first difference comes next. A page with faults has its own focus.
  if (!document.querySelector("[data-focus]")) {
    const known = form.querySelector("[name=happened_on]")?.value;
    const first = form.querySelector(known ? ".typing-part :is(input, select)" : "[name=visitor]");
    first?.focus({ preventScroll: true });
  }
  const save = () => form.querySelector("[data-enter-last]");
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const field = event.target;
    if (event.ctrlKey) {
      event.preventDefault();
      save()?.click();
      return;
    }
    if (!field.matches("input, select") || field.type === "file") return;
    event.preventDefault();
    const all = fields();
    const next = all[all.indexOf(field) + (event.shiftKey ? -1 : 1)];
    if (next) {
      next.focus();
      next.select?.();
    } else if (!event.shiftKey) save()?.focus();
  });
}
// What was typed stands out against what stays as it was.
for (const row of document.querySelectorAll("[data-difference]")) {
  const show = () => row.classList.toggle("is-edited", [...row.querySelectorAll("input, select, textarea")].some(
    (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked && field.value !== "" : field.value.trim() !== ""),
  ));
  row.addEventListener("input", show);
  row.addEventListener("change", show);
  show();
}
