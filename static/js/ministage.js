// Small behaviours by data attributes. Everything works without them except copying and countdowns.
(function () {
  "use strict";

  function all(root, selector) {
    var found = Array.prototype.slice.call(root.querySelectorAll(selector));
    if (root.matches && root.matches(selector)) found.unshift(root);
    return found;
  }

  function text(name, fallback) {
    var meta = document.querySelector('meta[name="words-' + name + '"]');
    return meta ? meta.content : fallback;
  }

  // data-opens="id" opens a dialog; data-closes closes the one around it.
  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-opens]");
    if (opener) {
      var dialog = document.getElementById(opener.dataset.opens);
      if (dialog && !dialog.open) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    var closer = event.target.closest("[data-closes]");
    if (closer && closer.closest("dialog")) {
      event.preventDefault();
      closer.closest("dialog").close();
      return;
    }
    if (event.target.matches("dialog.dialog")) event.target.close(); // a click on the backdrop

    // data-copy="text" puts the text on the clipboard and says so.
    var copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);

    // An open menu closes when one clicks elsewhere.
    all(document, "details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    all(document, "details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  function copy(button) {
    var value = button.dataset.copy;
    var done = function () {
      var old = button.parentNode.querySelector(".copied");
      if (old) old.remove();
      var said = document.createElement("span");
      said.className = "copied";
      said.setAttribute("role", "status");
      button.insertAdjacentElement("afterend", said);
      said.textContent = text("copied", "Copied");
      setTimeout(function () { said.remove(); }, 2500);
    };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(value).then(done, function () { copyBySelection(value, done); });
    } else {
      copyBySelection(value, done);
    }
  }

  function copyBySelection(value, done) {
    var area = document.createElement("textarea");
    area.value = value;
    area.className = "visually-hidden";
    document.body.appendChild(area);
    area.select();
    if (document.execCommand("copy")) done();
    area.remove();
  }

  // data-countdown="ISO time" shows what is left, from data-now (the world's time when the page was made) if given.
  function countdown(element) {
    var end = Date.parse(element.dataset.countdown);
    var start = element.dataset.now ? Date.parse(element.dataset.now) : Date.now();
    var opened = Date.now();
    if (isNaN(end) || isNaN(start)) return;
    function show() {
      var left = Math.max(0, Math.round((end - start - (Date.now() - opened)) / 1000));
      var hours = Math.floor(left / 3600);
      var minutes = Math.floor((left % 3600) / 60);
      var seconds = ("0" + (left % 60)).slice(-2);
      element.textContent = (hours ? hours + ":" + ("0" + minutes).slice(-2) : minutes) + ":" + seconds;
      if (left > 0 && document.contains(element)) setTimeout(show, 1000);
      else element.dispatchEvent(new CustomEvent("countdown-over", { bubbles: true }));
    }
    show();
  }

  // data-wait-seconds="60": the button stays closed for that long and counts down in its own text.
  function wait(button) {
    var left = parseInt(button.dataset.waitSeconds, 10);
    if (!left) return;
    var label = button.dataset.label || button.textContent.trim();
    button.dataset.label = label;
    button.disabled = true;
    (function tick() {
      if (left <= 0) {
        button.disabled = false;
        button.textContent = label;
        return;
      }
      button.textContent = label + " (" + left + " s)";
      left -= 1;
      setTimeout(tick, 1000);
    })();
  }

  // data-agrees="id of a checkbox": the button is closed until it is ticked.
  function agree(button) {
    var box = document.getElementById(button.dataset.agrees);
    if (!box) return;
    var follow = function () { button.disabled = !box.checked; };
    box.addEventListener("change", follow);
    follow();
  }

  // data-counts="id of an element": shows how many characters there are, Chinese counting two where data-wide is set.
  function count(field) {
    var place = document.getElementById(field.dataset.counts);
    if (!place) return;
    var show = function () {
      var length = Array.from(field.value).reduce(function (sum, c) {
        return sum + (field.dataset.wide !== undefined && c.codePointAt(0) > 0x2e7f ? 2 : 1);
      }, 0);
      place.textContent = length;
    };
    field.addEventListener("input", show);
    show();
  }

  // data-submit-now: a button that presses itself as soon as it is brought (a scan that the phone has confirmed).
  function press(button) {
    if (button.form) button.form.requestSubmit(button);
  }

  // What scrolls sideways can be reached and scrolled by keyboard; what does not is left alone.
  var widths = window.ResizeObserver && new ResizeObserver(function (entries) {
    entries.forEach(function (entry) { scrollable(entry.target); });
  });

  function scrollable(box) {
    if (box.hasAttribute("role") && !box.dataset.scrolls) return; // its page has already said what it is
    var scrolls = box.scrollWidth > box.clientWidth + 1;
    if (scrolls === Boolean(box.dataset.scrolls)) return;
    if (!scrolls) {
      delete box.dataset.scrolls;
      ["tabindex", "role", "aria-label"].forEach(function (name) { box.removeAttribute(name); });
      return;
    }
    var card = box.closest("section, article, .card");
    var heading = box.querySelector("caption") || (card && card.querySelector("h1, h2, h3, h4"));
    box.dataset.scrolls = "yes";
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", heading ? heading.textContent.trim() : document.title);
  }

  // On a narrow screen the side navigation and rows of tabs lie flat and scroll: bring the current page into view.
  function showCurrent(side) {
    var current = side.querySelector('[aria-current="page"]');
    if (!current) return;
    var start = current.offsetParent === side ? 0 : side.offsetLeft;
    side.scrollLeft = current.offsetLeft - start - (side.clientWidth - current.offsetWidth) / 2;
  }

  function prepare(root) {
    all(root, ".side, .tabs").forEach(showCurrent);
    if (widths) all(root, ".table-scroll, pre").forEach(function (box) { widths.observe(box); });
    all(root, "[data-countdown]").forEach(countdown);
    all(root, "[data-wait-seconds]").forEach(wait);
    all(root, "[data-agrees]").forEach(agree);
    all(root, "[data-counts]").forEach(count);
    all(root, "[data-submit-now]").forEach(press);
    all(root, "dialog[data-open-now]").forEach(function (dialog) { if (!dialog.open) dialog.showModal(); });
  }

  // data-submits-on-change: a field that sends its form at once.
  document.addEventListener("change", function (event) {
    var field = event.target.closest("[data-submits-on-change]");
    if (field && field.form) field.form.requestSubmit();
  });

  // data-submit-once on a form: a second press does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-submit-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    all(form, "button:not([type=button])").forEach(function (button) { button.setAttribute("aria-busy", "true"); });
  });

  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    all(document, "form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      all(form, "button[aria-busy]").forEach(function (button) { button.removeAttribute("aria-busy"); });
    });
  });

  // htmx sends the CSRF token of the page, and what it brings is prepared like the page.
  document.addEventListener("htmx:configRequest", function (event) {
    var meta = document.querySelector('meta[name="csrf-token"]');
    if (meta) event.detail.headers["X-CSRFToken"] = meta.content;
  });
  document.addEventListener("htmx:load", function (event) {
    if (event.detail.elt !== document.body) prepare(event.detail.elt);
  });

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", function () { prepare(document); });
  } else {
    prepare(document);
  }
})();
