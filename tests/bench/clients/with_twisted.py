"""Today's way elsewhere: all builders at once, with Twisted."""

import sys

from twisted.internet import defer, reactor
from twisted.web import xmlrpc


@defer.inlineCallbacks
def visit(url, methods):
    worker = xmlrpc.Proxy(url.encode(), connectTimeout=30)
    for method in methods:
        yield worker.callRemote(method, *(["Test"] if method == "echo" else []))


def stop(results):
    bad = [failure for good, failure in results if not good]
    if bad:
        print(f"{len(bad)} failed, e.g. {bad[0]}")
        reactor.failed = True
    reactor.stop()


urls = open(sys.argv[1], encoding="utf-8").read().split()
reactor.failed = False
defer.DeferredList([visit(url, sys.argv[2:]) for url in urls], consumeErrors=True).addCallback(stop)
reactor.run()
sys.exit(1 if reactor.failed else 0)
