// The desk: a decision that unfolds takes the focus to its first field, and Escape folds it again.
(function () {
  "use strict";

  var fields = "form input:not([type=hidden]), form textarea, form select, form button";

  function usable(element) { return !element.disabled && element.getClientRects().length > 0; }

  document.querySelectorAll("details.decision").forEach(function (details) {
    details.addEventListener("toggle", function () {
      if (!details.open) return;
      var first = Array.prototype.filter.call(details.querySelectorAll(fields), usable)[0];
      if (first) first.focus({ preventScroll: true });
      details.scrollIntoView({ block: "nearest" });
    });
  });

  document.addEventListener("keydown", function (event) {
    var open = document.querySelector("details.decision[open]");
    if (event.key !== "Escape" || !open || document.querySelector("dialog[open]")) return;
    open.open = false;
    open.querySelector("summary").focus();
    event.preventDefault();
  });
})();
