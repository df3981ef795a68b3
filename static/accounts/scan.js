// The phone's camera: a picture every 600 ms goes to the platform, which reads the QR in it.
(function () {
  "use strict";

  var panel = document.querySelector("[data-camera]");
  if (!panel) return;
  var frame = panel.querySelector(".camera");
  var video = panel.querySelector("video");
  var open = panel.querySelector("[data-camera-open]");
  var close = panel.querySelector("[data-camera-close]");
  var status = panel.querySelector("[role=status]");
  var canvas = document.createElement("canvas");
  var stream = null;

  function say(word) {
    status.textContent = word ? panel.getAttribute("data-words-" + word) : "";
  }

  function show(running) {
    frame.hidden = close.hidden = !running;
    open.hidden = running;
  }

  function stop(word) {
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
    stream = null;
    video.srcObject = null;
    show(false);
    say(word);
  }

  function start() {
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false })
      .then(function (found) {
        stream = found;
        video.srcObject = found;
        show(true);
        say("looking");
        return video.play();
      })
      .then(next, function () { stop("denied"); });
  }

  function next() {
    if (stream) setTimeout(grab, 600);
  }

  function grab() {
    if (!stream) return;
    var side = Math.max(video.videoWidth, video.videoHeight);
    if (!side) return next();
    var scale = Math.min(1, 1000 / side);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(send, "image/jpeg", 0.8);
  }

  function send(picture) {
    if (!stream || !picture) return next();
    var token = document.querySelector('meta[name="csrf-token"]').content;
    fetch(panel.dataset.decode, {
      method: "POST",
      headers: { "X-CSRFToken": token, "Content-Type": picture.type, Accept: "application/json" },
      body: picture,
      redirect: "error", // logged out meanwhile: the platform would lead to its log-in page
    })
      .then(function (answer) { return answer.json(); })
      .then(function (found) {
        if (!stream) return;
        if (found.path) {
          stop("");
          window.location.assign(found.path);
          return;
        }
        say(found.reason === "foreign" ? "foreign" : found.reason === "too_many" ? "slow" : "looking");
        setTimeout(next, found.reason === "too_many" ? 5000 : 0);
      })
      .catch(function () { if (stream) stop("ended"); });
  }

  open.addEventListener("click", start);
  close.addEventListener("click", function () { stop(""); });
  window.addEventListener("pagehide", function () { stop(""); });
  if (navigator.mediaDevices && navigator.mediaDevices.getUserMedia) show(false);
  else say("insecure");
})();
