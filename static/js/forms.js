// Forms: send once, ask before a loss, ask before leaving with unsaved changes, go to the first error.
const REPEAT_AFTER = 15000; // a form that answers with a file stays on the page and may be sent again
let leaving = null;

function changed(form) {
  return form.classList.contains("is-changed");
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-guard]");
  if (form) form.classList.add("is-changed");
});

// The browser keeps typed values when it goes back; the page must not claim that they are saved.
window.addEventListener("beforeunload", (event) => {
  const lost = [...document.querySelectorAll("form[data-guard]")].filter((form) => form !== leaving && changed(form));
  if (lost.length) event.preventDefault();
});

function ask(text, verb) {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  const words = document.createElement("div");
  words.className = "ask-body";
  words.textContent = text;
  const actions = document.createElement("form");
  actions.method = "dialog";
  actions.className = "ask-actions";
  for (const [value, label, style] of [["no", "取消", "btn"], ["yes", verb, "btn btn-danger"]]) {
    const button = document.createElement("button");
    Object.assign(button, { value, className: style, textContent: label });
    actions.append(button);
  }
  dialog.append(words, actions);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.method === "dialog") return;
  const question = button?.dataset.confirm;
  if (question && !button.dataset.confirmed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await ask(question, button.textContent.trim())) {
      button.dataset.confirmed = "yes";
      form.requestSubmit(button);
    }
    return;
  }
  if (button) delete button.dataset.confirmed;
  if (form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  leaving = form;
  form.dataset.sending = "yes";
  setTimeout(() => free(form), REPEAT_AFTER);
  // Marked, not disabled: a disabled button would not be sent along.
  button?.setAttribute("aria-busy", "true");
}, true);

function free(form) {
  if (leaving === form) leaving = null;
  delete form.dataset.sending;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (!form) return;
  free(form);
  if (event.detail.successful) form.classList.remove("is-changed");
});
// Back from the next page out of the browser's memory: the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(free);
});

document.querySelector("[data-focus]")?.focus();
// A form shown again with errors still holds what is not saved.
document.querySelectorAll("form[data-guard]").forEach((form) => {
  if (form.querySelector(".note-error, .note-warning, .conflict")) form.classList.add("is-changed");
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-auto-submit]")) event.target.form.requestSubmit();
});
