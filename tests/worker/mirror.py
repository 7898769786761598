#!/usr/bin/python3
"""Debian's archive as the machines of a farm see it: they have no network but their own.

    mirror.py PID ADDRESS MIRROR CACHE READY

Listens on ADDRESS, port 80, in the network of process PID, and answers from the network that it was
started in: whatever is asked for below /debian comes from MIRROR, what is below another folder from
beside it. Files of the pool are kept in CACHE. READY is made once it listens.
"""
import ctypes
import http.server
import os
import socketserver
import sys
import tempfile
import urllib.error
import urllib.request

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def enter(fd):
    if libc.setns(fd, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64


class Mirror(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    origin = cache = ""

    def log_message(self, *words):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        kept = os.path.join(self.cache, os.path.basename(self.path))
        in_pool = self.path.startswith("/debian/pool/")
        if in_pool and os.path.exists(kept):
            return self.send(200, [], open(kept, "rb"))
        request = urllib.request.Request(self.origin + self.path)
        for name in ("If-Modified-Since", "If-None-Match", "Range", "If-Range"):
            if name in self.headers and not in_pool:
                request.add_header(name, self.headers[name])
        try:
            answer = urllib.request.urlopen(request, timeout=120)
        except urllib.error.HTTPError as error:
            return self.send(error.code, [], None)
        body = tempfile.TemporaryFile() if not in_pool else tempfile.NamedTemporaryFile(dir=self.cache, delete=False)
        while block := answer.read(1 << 16):
            body.write(block)
        if in_pool:
            body.flush()
            os.rename(body.name, kept)
        headers = [(name, answer.headers[name]) for name in ("Last-Modified", "ETag", "Content-Range")
                   if answer.headers[name]]
        return self.send(answer.status, headers, body)

    def send(self, status, headers, body):
        length = 0 if body is None else body.seek(0, 2)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if body is None:
            return
        body.seek(0)
        with body:
            while self.command == "GET" and (block := body.read(1 << 16)):
                self.wfile.write(block)


def main():
    pid, address, mirror, cache, ready = sys.argv[1:]
    Mirror.origin, Mirror.cache = mirror.rstrip("/").removesuffix("/debian"), cache
    os.makedirs(cache, exist_ok=True)
    with open("/proc/self/ns/net", "rb") as own, open(f"/proc/{pid}/ns/net", "rb") as farm:
        enter(farm.fileno())
        server = Server((address, 80), Mirror)
        enter(own.fileno())
    open(ready, "w", encoding="ascii").close()
    server.serve_forever()


main()
