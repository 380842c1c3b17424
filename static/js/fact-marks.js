// Marks what differs from the stored facts, so that a prefilled form shows at a glance what was touched.
function differs(control) {
  if (control.type === "hidden" || control.name.startsWith("__")) return false;
  if (control.type === "radio" || control.type === "checkbox") return control.checked !== control.defaultChecked;
  if (control instanceof HTMLSelectElement) {
    return [...control.options].some((option) => option.selected !== option.defaultSelected) && (control.selectedIndex !== 0 || [...control.options].some((option) => option.defaultSelected));
  }
  return control.value !== control.defaultValue;
}

document.addEventListener("input", (event) => {
  const fact = event.target.closest?.("[data-fact]");
  if (!fact) return;
  if ("edited" in fact.dataset) return; // shown again after a refusal: the page knows better
  const controls = [...fact.querySelectorAll("input, select, textarea")];
  fact.classList.toggle("is-edited", controls.some(differs));
});
