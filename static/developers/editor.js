// The text of a file (textarea[data-editor]) becomes Ace: colours by language, marks beside lines, no worker, no style
// but the linked sheets. Without this script, or where Ace does not start, the text field stays as it is.
(function () {
  "use strict";

  var field = document.querySelector("textarea[data-editor]");
  if (!field || !window.ace) return;
  var form = field.form;
  var ace = window.ace;
  var first = field.defaultValue;
  var sending = false;

  ace.config.set("useStrictCSP", true);
  ace.config.set("loadWorkerFromBlob", false);

  var place = document.createElement("div");
  place.className = "edit-editor";
  field.after(place);
  var editor = ace.edit(place, {
    value: field.value,
    useWorker: false,
    theme: "ace/theme/textmate",
    fontSize: 13,
    tabSize: 2,
    useSoftTabs: true,
    showPrintMargin: false,
    enableKeyboardAccessibility: true,
    textInputAriaLabel: document.querySelector("label[for=text]").textContent + " " + form.elements.path.value,
  });
  if (field.dataset.editor !== "text") editor.session.setMode("ace/mode/" + field.dataset.editor);
  editor.session.setUseWorker(false);
  editor.session.setUndoManager(new ace.UndoManager());
  editor.session.setAnnotations(
    JSON.parse(field.dataset.marks || "[]").map(function (mark) {
      return { row: mark.row, column: 0, type: mark.type, text: mark.text };
    })
  );
  field.hidden = true;
  document.querySelector("[data-editor-keys]").hidden = false;
  var begin = place.querySelector(".ace_scroller") || place;
  begin.setAttribute("aria-describedby", "keys");

  function changed() {
    return !sending && (field.dataset.changed === "yes" || editor.getValue() !== first.replace(/\r\n?/g, "\n"));
  }

  form.addEventListener("submit", function () {
    field.value = editor.getValue();
    sending = true;
  });
  editor.commands.addCommand({
    name: "save",
    bindKey: { win: "Ctrl-S", mac: "Command-S" },
    exec: function () {
      form.requestSubmit(form.querySelector(".btn-primary"));
    },
  });
  document.querySelectorAll("[data-editor-drop]").forEach(function (link) {
    link.addEventListener("click", function () {
      sending = true;
    });
  });
  document.querySelectorAll("[data-editor-line]").forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      editor.gotoLine(parseInt(link.dataset.editorLine, 10), 0, false);
      editor.focus();
    });
  });
  window.addEventListener("beforeunload", function (event) {
    if (changed()) event.preventDefault();
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) sending = false;
  });

  var line = field.dataset.marks && JSON.parse(field.dataset.marks)[0];
  if (line && field.dataset.changed) editor.gotoLine(line.row + 1, 0, false);
})();
