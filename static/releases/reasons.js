// The reason picker: the search field shows the reasons that have all its words, and opens their sections.
(function () {
  "use strict";

  function all(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }

  var input = document.getElementById("reason-search");
  if (!input) return;
  var field = input.closest(".reason-search");
  var says = field.querySelector("[data-none]");
  field.hidden = false;

  function search() {
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    var found = 0;
    all(input.form, ".reason-group").forEach(function (group) {
      var shown = all(group, ".reason-choice").filter(function (choice) {
        var text = choice.dataset.words.toLowerCase();
        var chosen = choice.querySelector("input[type=checkbox]").checked;
        var fits = chosen || words.every(function (word) { return text.indexOf(word) >= 0; });
        choice.hidden = !fits;
        return fits;
      });
      group.hidden = shown.length === 0;
      found += shown.length;
      if (words.length && shown.length) group.open = true;
    });
    says.textContent = found ? "" : says.dataset.none;
  }

  input.addEventListener("input", search);
  input.addEventListener("keydown", function (event) {
    if (event.key === "Enter") event.preventDefault(); // it would send the verdict
  });
})();
