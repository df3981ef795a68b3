"""The relay: leads Tencent's own tools, unchanged, to this platform and nowhere else (docs/adr/0007-relay.md)."""
