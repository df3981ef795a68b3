// The desk: a decision that unfolds takes the focus to its first field, and Escape folds it again.
(function () {
  "use strict";

  var fields = "input:not([type=hidden]), textarea, select, button";

  function usable(element) { return !element.disabled && element.getClientRects().length > 0; }

  document.querySelectorAll("details.decision").forEach(function (details) {
    details.addEventListener("toggle", function () {
      if (!details.open) return;
      var first = Array.prototype.filter.call(details.querySelectorAll("form " + fields.split(", ").join(", form ")), usable)[0];
      if (first) first.focus({ preventScroll: true });
      details.scrollIntoView({ block: "nearest" });
    });
    details.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || !details.open) return;
      details.open = false;
      details.querySelector("summary").focus();
      event.preventDefault();
    });
  });
})();
