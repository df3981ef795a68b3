"""`manage.py` with a relay in a hurry: it waits half a second where it else waits ten or sixty, and bears less."""

import functools
import runpy
import sys

from platform_site.management.relay import server

server.Limits = functools.partial(server.Limits, handshake=0.5, idle=0.5, total=1.0, body=1000, connections=3)
sys.argv = ["manage.py", *sys.argv[1:]]
runpy.run_path("manage.py", run_name="__main__")
