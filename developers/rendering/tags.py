"""What each WXML tag becomes: a short list of harmless HTML. Nothing of the tenant's becomes a class or a script."""

CONTAINERS = {
    "view": "mp-view",
    "cover-view": "mp-view",
    "scroll-view": "mp-scroll",
    "swiper": "mp-swiper",
    "swiper-item": "mp-swiper-item",
    "movable-area": "mp-view",
    "movable-view": "mp-view",
    "form": "mp-view",
    "radio-group": "mp-view",
    "checkbox-group": "mp-view",
    "picker": "mp-picker",
    "picker-view": "mp-view",
    "picker-view-column": "mp-view",
    "label": "mp-label",
}
TEXTS = frozenset({"text", "cover-text"})
IMAGES = frozenset({"image", "cover-image"})
TRANSPARENT = frozenset({"block", "slot", "root-portal", "page-container", "match-media"})
SILENT = frozenset({"wxs", "import", "template", "page-meta", "navigation-bar", "script", "style"})
NOT_SHOWN = frozenset(
    {
        *("map", "video", "audio", "camera", "canvas", "live-player", "live-pusher", "web-view", "ad", "open-data"),
        *("rich-text", "editor", "voip-room", "official-account", "functional-page-navigator", "channel-video"),
    }
)
INPUTS = {
    "input": "text",
    "textarea": "text",
    "checkbox": "checkbox",
    "radio": "radio",
    "switch": "checkbox",
    "slider": "range",
}

IMAGE_MODES = frozenset({"aspectFit", "aspectFill", "widthFix", "heightFix", "scaleToFill", "top", "bottom", "center"})
BUTTON_TYPES = frozenset({"primary", "default", "warn"})
ICON_TYPES = {
    "success": "✓",
    "success_no_circle": "✓",
    "info": "i",
    "warn": "!",
    "waiting": "…",
    "cancel": "✕",
    "clear": "✕",
    "download": "↓",
    "search": "⌕",
}
