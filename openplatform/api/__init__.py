"""The server API at the root: /cgi-bin, /wxa, /sns. A new call is one declaration in `endpoints/`."""
