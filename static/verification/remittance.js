// The remittance page: how much time is left, by the world's clock as the server gave it; and the printer.
(function () {
  "use strict";

  function two(number) { return ("0" + number).slice(-2); }

  function left(element) {
    var seconds = parseInt(element.dataset.left, 10);
    var opened = Date.now();
    if (isNaN(seconds)) return;
    (function show() {
      var rest = Math.max(0, seconds - Math.floor((Date.now() - opened) / 1000));
      var days = Math.floor(rest / 86400);
      var clock = two(Math.floor((rest % 86400) / 3600)) + ":" + two(Math.floor((rest % 3600) / 60)) + ":" + two(rest % 60);
      element.textContent = (days ? days + " " + (days === 1 ? element.dataset.day : element.dataset.days) + " " : "") + clock;
      if (rest > 0) setTimeout(show, 1000);
      else if (seconds > 0) setTimeout(function () { location.reload(); }, 1500); // the deadline is over: see what follows
    })();
  }

  function prepare() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-left]"), left);
    Array.prototype.forEach.call(document.querySelectorAll("[data-prints]"), function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", prepare);
  else prepare();
})();
