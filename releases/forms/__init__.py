"""Forms of releases: submission (the administrator's), desk (the reviewer's), queue (the desk's lists), phone."""
