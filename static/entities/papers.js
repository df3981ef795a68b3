// Scans: sent as soon as they are chosen; too large ones stay here; each can be taken off again.
(function () {
  "use strict";

  function box(element) { return element.closest("[data-papers]"); }
  function chosen(field) { return field.querySelectorAll(".paper").length; }
  function input(field) { return field.querySelector("input[type=file]"); }

  function say(field, lines) {
    var place = field.querySelector("[role=alert]");
    place.textContent = "";
    if (!lines.length) return;
    var list = document.createElement("ul");
    list.className = "errors";
    lines.forEach(function (line) {
      var row = document.createElement("li");
      row.textContent = line;
      list.appendChild(row);
    });
    place.appendChild(list);
  }

  // No more files than there is room for: the field closes when it is full.
  function follow(field) {
    var full = chosen(field) >= parseInt(field.dataset.most, 10);
    input(field).disabled = full;
    field.classList.toggle("papers-full", full);
  }

  // The same picture twice is one paper.
  function once(field) {
    var seen = {};
    field.querySelectorAll(".paper input").forEach(function (number) {
      if (seen[number.value]) number.closest(".paper").remove();
      seen[number.value] = true;
    });
  }

  document.addEventListener("change", function (event) {
    if (event.target.type !== "file" || !box(event.target)) return;
    event.stopPropagation(); // choosing a file is not typing
    var field = box(event.target);
    var most = parseInt(field.dataset.mostBytes, 10);
    var room = parseInt(field.dataset.most, 10) - chosen(field);
    var wrong = [];
    var good = new DataTransfer();
    Array.prototype.forEach.call(event.target.files, function (file) {
      if (file.size > most) wrong.push(file.name + ": " + field.dataset.tooLarge);
      else if (good.files.length < room) good.items.add(file);
    });
    say(field, wrong);
    event.target.files = good.files;
    if (good.files.length) htmx.trigger(event.target, "papers-chosen");
  }, true);

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-removes-paper]");
    if (!button) return;
    var field = box(button);
    button.closest(".paper").remove();
    follow(field);
    say(field, []);
    input(field).focus();
    field.dispatchEvent(new CustomEvent("papers-changed", { bubbles: true }));
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    var file = event.detail.elt;
    if (!file.matches || !file.matches("[data-papers] input[type=file]")) return;
    file.value = "";
    var field = box(file);
    if (!event.detail.successful) say(field, [field.dataset.failed]);
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    var field = box(event.target);
    if (!field) return;
    once(field);
    follow(field);
    field.dispatchEvent(new CustomEvent("papers-changed", { bubbles: true }));
  });

  function prepare(root) { root.querySelectorAll("[data-papers]").forEach(follow); }
  document.addEventListener("htmx:load", function (event) { prepare(event.detail.elt); });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", function () { prepare(document); });
  else prepare(document);
})();
