// Long work of the developer tools (form[data-long-work], sent by htmx): how far it is, and Cancel. A cancelled piece of
// work is also told to the server by its name (the field "job"), which then takes nothing even if all has arrived.
(function () {
  "use strict";

  function work(event) {
    var form = event.target;
    return form && form.matches && form.matches("form[data-long-work]") ? form : null;
  }

  function say(form, which) {
    var says = form.querySelector("[data-work-says]");
    if (says && says.textContent !== says.dataset[which]) says.textContent = says.dataset[which];
  }

  function running(form, is) {
    form.querySelector("[data-work] progress").hidden = !is;
    form.querySelector("[data-work-cancel]").hidden = !is;
    form.querySelectorAll("button:not([type=button])").forEach(function (button) {
      button.disabled = is;
      if (!is) button.removeAttribute("aria-busy");
    });
  }

  function newName() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (n) {
      return n.toString(16).padStart(2, "0");
    }).join("");
  }

  document.addEventListener("htmx:configRequest", function (event) {
    var form = work(event);
    if (!form) return;
    form.dataset.job = newName();
    event.detail.parameters.set ? event.detail.parameters.set("job", form.dataset.job) : (event.detail.parameters.job = form.dataset.job);
  });

  document.addEventListener("htmx:beforeSend", function (event) {
    var form = work(event);
    if (!form) return;
    form.querySelector("[data-work]").hidden = false;
    form.querySelector("[data-work] progress").value = 0;
    delete form.dataset.cancelled;
    running(form, true);
    say(form, "sending");
  });

  document.addEventListener("htmx:xhr:progress", function (event) {
    var form = work(event);
    if (!form || !event.detail.lengthComputable || !event.detail.total) return;
    var progress = form.querySelector("[data-work] progress");
    var percent = Math.round((100 * event.detail.loaded) / event.detail.total);
    if (percent < 100) {
      progress.value = percent;
    } else {
      progress.removeAttribute("value");
      say(form, "reading");
    }
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-work-cancel]");
    if (!button) return;
    var form = button.form;
    var meta = document.querySelector('meta[name="csrf-token"]');
    form.dataset.cancelled = "yes";
    fetch(form.dataset.cancelAt, {
      method: "POST",
      headers: { "X-CSRFToken": meta ? meta.content : "" },
      body: new URLSearchParams({ job: form.dataset.job || "" }),
    }).catch(function () {});
    window.htmx.trigger(form, "htmx:abort");
    running(form, false);
    say(form, "cancelled");
    form.querySelector("button:not([type=button])").focus();
  });

  document.addEventListener("htmx:sendError", function (event) {
    var form = work(event);
    if (!form || form.dataset.cancelled) return;
    running(form, false);
    say(form, "failed");
  });

  document.addEventListener("htmx:responseError", function (event) {
    var form = work(event);
    if (!form) return;
    running(form, false);
    say(form, "failed");
  });
})();
