// The profile form: a preview of the picture, the count of categories, and the search among them.
(function () {
  "use strict";

  var file = document.querySelector("[data-previews]");
  if (file) file.addEventListener("change", function () {
    var picture = document.getElementById(file.dataset.previews);
    var chosen = file.files[0];
    if (!chosen) return;
    if (picture.src.indexOf("blob:") === 0) URL.revokeObjectURL(picture.src);
    picture.src = URL.createObjectURL(chosen);
    picture.hidden = false;
  });

  var list = document.querySelector("fieldset.categories");
  if (!list) return;
  var boxes = Array.prototype.slice.call(list.querySelectorAll("input[type=checkbox]"));
  var closed = boxes.filter(function (box) { return box.disabled; });
  var removals = Array.prototype.slice.call(document.querySelectorAll("input[name=remove]"));
  var fixed = document.querySelectorAll("[data-kept]").length;
  var most = parseInt(list.dataset.most, 10);

  function count() {
    var ticked = boxes.filter(function (box) { return box.checked && closed.indexOf(box) < 0; });
    var kept = removals.filter(function (box) { return !box.checked; }).length + fixed;
    var chosen = ticked.length + kept;
    list.querySelector("[data-chosen]").textContent = chosen;
    boxes.forEach(function (box) {
      box.disabled = closed.indexOf(box) >= 0 || (chosen >= most && !box.checked);
    });
  }
  // The papers of a category that is no longer ticked are out of sight; what was uploaded stays for the next tick.
  function papers() {
    document.querySelectorAll("[data-papers-of]").forEach(function (panel) {
      var box = boxes.filter(function (one) { return one.value === panel.dataset.papersOf; })[0];
      panel.hidden = !(box && box.checked);
    });
  }
  list.addEventListener("change", function () { count(); papers(); });
  removals.forEach(function (box) { box.addEventListener("change", count); });
  document.addEventListener("htmx:afterSettle", papers);
  count();

  var search = document.getElementById("category-search");
  search.hidden = false;
  search.addEventListener("input", function () {
    var wanted = search.value.trim().toLowerCase();
    list.querySelectorAll("details").forEach(function (group) {
      var found = 0;
      group.querySelectorAll("li").forEach(function (row) {
        var fits = row.dataset.words.toLowerCase().indexOf(wanted) >= 0;
        row.hidden = !fits;
        if (fits) found += 1;
      });
      group.hidden = !found;
      group.open = wanted !== "" ? found > 0 : !!group.querySelector("input:checked");
    });
  });
  search.addEventListener("keydown", function (event) {
    if (event.key === "Enter") event.preventDefault(); // looking for a category does not send the form
  });
})();
