"""Code packages: read safely, inspected, stored once. Bytes come in from strangers; nothing here trusts them."""
