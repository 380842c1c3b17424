// Nothing fails silently: a part of the page that could not be loaded says so, with what to do.
const place = document.getElementById("notices");
const SECONDS = 8;

function say(text) {
  const note = document.createElement("div");
  note.className = "note note-error";
  note.textContent = text;
  place.replaceChildren(note);
  setTimeout(() => note.remove(), SECONDS * 1000);
}

document.addEventListener("htmx:sendError", () => say("没有连上服务器。请检查网络后再试，填过的内容还在。"));
document.addEventListener("htmx:timeout", () => say("服务器很久没有回答，请稍后再试。"));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  const id = /错误编号 <b[^>]*>([\w-]+)</.exec(event.detail.xhr.responseText || "")?.[1];
  if (status === 403) say("没有权限，或页面已过期。请刷新页面再试。");
  else if (status === 404) say("没有找到，或不在您的范围内。");
  else say(`系统出错，没有完成。${id ? `错误编号 ${id}。` : ""}请稍后再试。`);
});
