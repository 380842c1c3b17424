// Names, sizes and small previews of files chosen but not yet sent.
const KILO = 1024;

function size(bytes) {
  return bytes < KILO * KILO ? `${Math.ceil(bytes / KILO)} KB` : `${(bytes / KILO / KILO).toFixed(1)} MB`;
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("input[type=file][data-file-preview]")) return;
  const place = input.closest(".field")?.querySelector("[data-file-names]");
  if (!place) return;
  place.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
  place.replaceChildren(...[...input.files].map((file) => {
    const figure = document.createElement("figure");
    if (/^image\/(jpeg|png|webp|gif)$/.test(file.type)) {
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.alt = "";
      figure.append(image);
    }
    const name = document.createElement("figcaption");
    name.textContent = `${file.name} ${size(file.size)}`;
    name.title = name.textContent;
    figure.append(name);
    return figure;
  }));
});
