"""The developer tools on the command line: `manage.py devtools …`, a client of /devtools/api/ and nothing more."""
