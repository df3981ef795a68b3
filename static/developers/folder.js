// A folder input (data-folder="name of the hidden field"): hidden files and node_modules stay on the computer, and the
// paths of all others go along as JSON, because browsers send bare file names only.
(function () {
  "use strict";

  function isLeftOut(path) {
    return path.split("/").some(function (part) {
      return part.charAt(0) === "." || part === "node_modules" || part === "__MACOSX";
    });
  }

  document.addEventListener("change", function (event) {
    var input = event.target;
    if (!input.matches || !input.matches("input[type=file][data-folder]")) return;
    var form = input.form;
    var says = form.querySelector('[data-folder-says="' + input.name + '"]');
    var kept = new DataTransfer();
    var paths = [];
    Array.prototype.forEach.call(input.files, function (file) {
      var path = file.webkitRelativePath || file.name;
      if (isLeftOut(path)) return;
      kept.items.add(file);
      paths.push(path);
    });
    var most = parseInt((says && says.dataset.most) || "2500", 10);
    var tooMany = paths.length > most;
    if (tooMany) {
      kept = new DataTransfer();
      paths = [];
    }
    input.files = kept.files;
    form.elements[input.dataset.folder].value = JSON.stringify(paths);
    if (says) says.textContent = tooMany ? says.dataset.tooMany : says.dataset.words.replace("%(n)s", paths.length);
  });
})();
