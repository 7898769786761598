"""The old way: one builder after the other, with Python's own XML-RPC client."""

import sys
import xmlrpc.client

for url in open(sys.argv[1], encoding="utf-8").read().split():
    worker = xmlrpc.client.ServerProxy(url)
    for method in sys.argv[2:]:
        getattr(worker, method)(*(["Test"] if method == "echo" else []))
