// Keys of a page. data-key="n" on a button or link: this key presses it. data-key-row on table rows: j and k move, o opens.
// data-key-focus="/" on a field: this key goes there. "?" shows them all in the dialog of components/keys.html.
(function () {
  "use strict";

  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function usable(element) {
    return !element.disabled && element.getClientRects().length > 0;
  }

  function links() {
    return Array.prototype.map.call(document.querySelectorAll("[data-key-row]"), function (row) {
      return row.querySelector("a");
    }).filter(Boolean);
  }

  // The row that has the focus; -1 for none.
  function here(rows) {
    return rows.findIndex(function (link) { return link.closest("[data-key-row]").contains(document.activeElement); });
  }

  function go(step) {
    var rows = links();
    if (!rows.length) return false;
    var at = here(rows);
    var to = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
    rows[to].focus();
    rows[to].scrollIntoView({ block: "nearest" });
    return true;
  }

  function open() {
    var rows = links();
    var at = here(rows);
    if (at < 0) return false;
    rows[at].click();
    return true;
  }

  function words(element) {
    if (element.dataset.keyWords) return element.dataset.keyWords;
    var copy = element.cloneNode(true);
    copy.querySelectorAll("kbd, svg").forEach(function (part) { part.remove(); });
    return copy.textContent.trim();
  }

  function show(dialog) {
    var list = dialog.querySelector("dl");
    list.textContent = "";
    function line(keys, meaning) {
      var term = document.createElement("dt");
      keys.forEach(function (key) {
        var kbd = document.createElement("kbd");
        kbd.textContent = key;
        term.append(kbd, " ");
      });
      var words = document.createElement("dd");
      words.textContent = meaning;
      list.append(term, words);
    }
    if (links().length) {
      line(["j", "k"], dialog.dataset.keyRowsWords);
      line(["o", "Enter"], dialog.dataset.keyOpenWords);
    }
    document.querySelectorAll("[data-key]").forEach(function (element) {
      if (usable(element)) line([element.dataset.key], words(element));
    });
    document.querySelectorAll("[data-key-focus]").forEach(function (field) {
      line([field.dataset.keyFocus], field.dataset.keyWords || dialog.dataset.keyFocusWords);
    });
    line(["?"], dialog.dataset.keyHelpWords);
    dialog.showModal();
    return true;
  }

  function press(key) {
    var found = Array.prototype.filter.call(document.querySelectorAll("[data-key]"), function (element) {
      return element.dataset.key === key && usable(element);
    })[0];
    if (found) {
      found.click();
      return true;
    }
    var field = Array.prototype.filter.call(document.querySelectorAll("[data-key-focus]"), function (element) {
      return element.dataset.keyFocus === key;
    })[0];
    if (field) field.focus();
    return Boolean(field);
  }

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat && !/^[jk]$/.test(event.key)) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    var help = document.getElementById("keys");
    var done = event.key === "?" && help ? show(help)
      : event.key === "j" ? go(1)
      : event.key === "k" ? go(-1)
      : event.key === "o" ? open()
      : press(event.key);
    if (done) event.preventDefault();
  });

  document.querySelectorAll("[data-keys-hint]").forEach(function (hint) { hint.hidden = false; });
})();
