// Step 3: cities follow their province, the only method there is becomes chosen, and some fields are typed, not pasted.
(function () {
  "use strict";

  // Only the cities of the chosen province can be chosen.
  function follow(cities) {
    var province = document.getElementById(cities.dataset.follows);
    if (!province) return;
    cities.querySelectorAll("optgroup").forEach(function (group) {
      var fits = group.dataset.of === province.value;
      group.hidden = group.disabled = !fits;
    });
    var chosen = cities.selectedOptions[0];
    if (chosen && chosen.parentNode.disabled) cities.value = "";
  }

  // Where one method is left it is chosen; where there are two, the person chooses.
  function settle(form) {
    var only = form.querySelector("#method-only");
    if (!only) return;
    var type = form.querySelector("input[name=entity_type]:checked");
    var mainland = form.querySelector("#id_country").value === "CN";
    if (!mainland && (!type || type.value !== "corporate")) { // the other types are not to be had there
      type = form.querySelector("#type-corporate");
      type.checked = true;
    }
    var remits = type && type.value === "corporate" && mainland;
    if (type && type.value !== "individual" && !remits) only.checked = true;
    else only.checked = false;
  }

  function prepare(root) {
    root.querySelectorAll("select[data-follows]").forEach(follow);
    var form = root.matches && root.matches("#register-form") ? root : root.querySelector("#register-form");
    if (form) settle(form);
  }

  document.addEventListener("change", function (event) {
    document.querySelectorAll('select[data-follows="' + event.target.id + '"]').forEach(follow);
    if (event.target.name === "entity_type" || event.target.id === "id_country") settle(event.target.form);
  });
  ["paste", "drop"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      if (event.target.closest && event.target.closest("[data-no-paste]")) event.preventDefault();
    });
  });
  ["copy", "cut"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      if (event.target.closest && event.target.closest("[data-no-copy]")) event.preventDefault();
    });
  });
  document.addEventListener("htmx:load", function (event) { prepare(event.detail.elt); });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", function () { prepare(document); });
  else prepare(document);
})();
