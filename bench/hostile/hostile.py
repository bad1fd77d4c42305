#!/usr/bin/env python3
"""Hostile clients against a running server, and what a well-behaved client feels of them.

    hostile.py HOST:PORT PID [--slow 10000] [--half-closed 1000] [--seconds 60] ...

From other loopback addresses (127.0.0.2 to 127.0.0.9) it keeps open connections that send a byte of an endless head
every few seconds, and half-closed ones; and it repeats a chunked body that would be 10 GB and a head of 1 MB. All are
opened again as the server closes them; they take only processor time that nobody else wants, as clients on another
machine would. From 127.0.0.1 one client asks for PATH at a steady pace: alone, among them, and alone again. Printed:
the server's greatest resident memory, the client's p99 (the median of those of a thousand requests each) alone and
among them, and their ratio. All the while the processors are kept from going idle: a virtual one that idles is lent to
others by its host, and the milliseconds until it is back would be the p99.
With --rss-max-mb or --ratio-max it exits 1 when the figure is passed. Linux only (reads /proc/PID).
"""

import argparse
import errno
import json
import multiprocessing
import os
import resource
import socket
import sys
import time

HOSTILE_ADDRESSES = [f"127.0.0.{last}" for last in range(2, 10)]
SLICES = 1_000  # steps that a round of bytes is spread over: clients that know nothing of each other are not in step
WINDOW = 1_000  # requests
SETTLED_S = 2  # until the server has seen that the hostile ones are gone


def connect(target, source, timeout_s=5.0):
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT: ports are chosen a destination
    client.settimeout(timeout_s)
    client.bind((source, 0))
    try:
        client.connect(target)
    except OSError:
        client.close()
        raise
    return client


class Crowd:
    """Connections that are kept at a number and touched in turn, `touch` returning False for one that ended."""

    def __init__(self, target, count, begin, touch):
        self.target, self.count, self.begin, self.touch = target, count, begin, touch
        self.members = [None] * count
        self.opened = self.ended = self.failed = 0

    def step(self, number):
        for index in range(number % SLICES, self.count, SLICES):
            member = self.members[index]
            if member is not None and not self.touch(member):
                member.close()
                self.ended += 1
                self.members[index] = member = None
            if member is None:
                try:
                    member = connect(self.target, HOSTILE_ADDRESSES[index % len(HOSTILE_ADDRESSES)])
                    self.begin(member)
                    member.setblocking(False)
                    self.members[index] = member
                    self.opened += 1
                except OSError:
                    self.failed += 1

    def open(self):
        return sum(member is not None for member in self.members)


def still_open(client):
    """Reads what the server said; False once it has closed."""
    try:
        while True:
            if not client.recv(4096):
                return False
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EWOULDBLOCK)


def drip(client):
    if not still_open(client):
        return False
    try:
        client.send(b"a")
        return True
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EWOULDBLOCK)


def begin_half_closed(client):
    client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nX: ")
    client.shutdown(socket.SHUT_WR)


def stand_aside():
    """Runs only while no other process wants to, and gives way at once: nice would wait for the end of a time slice."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def keep_awake(processor, parent):
    stand_aside()
    os.sched_setaffinity(0, {processor})
    while os.getppid() == parent:  # not for ever, however that one ended
        os.sched_yield()


def crowds(target, options, report):
    stand_aside()
    # A descriptor each, and some.
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    slow = Crowd(target, options.slow, lambda c: c.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nX: "), drip)
    half = Crowd(target, options.half_closed, begin_half_closed, still_open)
    number = 0
    while True:
        began = time.monotonic()
        slow.step(number)
        half.step(number)
        number += 1
        if number % 20 == 0:
            report.put({"rounds": number / SLICES, "slow_open": slow.open(), "slow_opened": slow.opened,
                        "slow_ended": slow.ended, "half_closed_opened": half.opened,
                        "failed": slow.failed + half.failed})
        time.sleep(max(0.0, options.byte_every / SLICES - (time.monotonic() - began)))


def send_until_refused(client, first, piece, bytes_max):
    sent = 0
    try:
        client.sendall(first)
        while sent < bytes_max:
            client.sendall(piece)
            sent += len(piece)
    except OSError:
        pass
    return sent


def floods(target, options, report):
    stand_aside()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    head = b"GET / HTTP/1.1\r\nHost: h\r\n"
    field = b"X-Field: " + b"y" * 1000 + b"\r\n"
    turn = 0
    while True:
        for name, first, piece, size in (
                ("body", b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", chunk, options.body_bytes),
                ("head", head, field, options.head_bytes)):
            try:
                client = connect(target, HOSTILE_ADDRESSES[turn % len(HOSTILE_ADDRESSES)])
            except OSError:
                continue
            sent = send_until_refused(client, first, piece, size)
            try:
                answer = client.recv(64)[:12].decode("latin-1")
            except OSError:
                answer = "reset"
            client.close()
            report.put({f"{name}_bytes_taken_max": sent, f"{name}_answer": answer})
        turn += 1
        time.sleep(options.flood_every)


class Well:
    """The well-behaved client: one connection kept alive, a request every `pace` seconds."""

    def __init__(self, target, path, pace):
        self.target, self.pace = target, pace
        self.request = f"GET {path} HTTP/1.1\r\nHost: {target[0]}\r\n\r\n".encode()
        self.client = None
        self.errors = 0

    def ask(self):
        if self.client is None:
            self.client = connect(self.target, "127.0.0.1")
            self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client.sendall(self.request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.receive()
        head, _, body = answer.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        while len(body) < length:
            body += self.receive()
        if not head.startswith(b"HTTP/1.1 200"):
            raise OSError("not 200")

    def receive(self):
        received = self.client.recv(65536)
        if not received:
            raise OSError("closed")
        return received

    def measure(self, seconds, each):
        latencies = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.monotonic()
            try:
                self.ask()
                latencies.append(time.monotonic() - began)
            except (OSError, StopIteration):
                self.errors += 1
                if self.client is not None:
                    self.client.close()
                self.client = None
            each()
            time.sleep(max(0.0, self.pace - (time.monotonic() - began)))
        return latencies


def percentile_ms(latencies, share):
    if not latencies:
        return None
    ordered = sorted(latencies)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 3)


def typical_p99_ms(latencies):
    """The median of each window's p99: what the machine's other tenants do for a moment falls out of it."""
    windows = [latencies[at:at + WINDOW] for at in range(0, len(latencies) - WINDOW + 1, WINDOW)] or [latencies]
    figures = sorted(percentile_ms(window, 0.99) for window in windows if window)
    return figures[len(figures) // 2] if figures else None


def resident_mb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", help="HOST:PORT")
    parser.add_argument("pid", type=int, help="process whose memory is watched")
    parser.add_argument("--path", default="/", help="what the well-behaved client asks for; must answer 200")
    parser.add_argument("--slow", type=int, default=10_000, help="connections that drip")
    parser.add_argument("--half-closed", type=int, default=1_000)
    parser.add_argument("--byte-every", type=float, default=5.0, help="seconds between bytes of a dripping connection")
    parser.add_argument("--body-bytes", type=int, default=10_000_000_000)
    parser.add_argument("--head-bytes", type=int, default=1_000_000)
    parser.add_argument("--flood-every", type=float, default=1.0, help="seconds between floods of body and head")
    parser.add_argument("--alone-seconds", type=float, default=30.0,
                        help="measured, half of it before the hostile ones come, half after they went")
    parser.add_argument("--seconds", type=float, default=60.0, help="measured among them")
    parser.add_argument("--pace", type=float, default=0.005, help="seconds between requests of the measured client")
    parser.add_argument("--rss-max-mb", type=float)
    parser.add_argument("--ratio-max", type=float)
    options = parser.parse_args()
    host, port = options.target.rsplit(":", 1)
    target = (host, int(port))

    seen = {}
    rss_max = [resident_mb(options.pid)]
    report = multiprocessing.Queue()

    def watch():
        rss_max[0] = max(rss_max[0], resident_mb(options.pid))
        while not report.empty():
            for key, value in report.get().items():
                seen[key] = max(seen.get(key, 0), value) if key.endswith("_max") else value

    for processor in os.sched_getaffinity(0):
        multiprocessing.Process(target=keep_awake, args=(processor, os.getpid()), daemon=True).start()
    rss_idle = resident_mb(options.pid)
    well = Well(target, options.path, options.pace)
    alone = well.measure(options.alone_seconds / 2, watch)
    attackers = [multiprocessing.Process(target=attack, args=(target, options, report), daemon=True)
                 for attack in (crowds, floods)]
    for attacker in attackers:
        attacker.start()
    # Until the whole crowd has been opened once.
    patience = time.monotonic() + 60 + 4 * options.byte_every
    while seen.get("rounds", 0) < 1 and time.monotonic() < patience:
        watch()
        time.sleep(0.1)
    errors_before = well.errors
    among = well.measure(options.seconds, watch)
    for attacker in attackers:
        attacker.terminate()
        attacker.join()
    time.sleep(SETTLED_S)
    errors = well.errors - errors_before
    alone += well.measure(options.alone_seconds / 2, watch)

    alone_p99, among_p99 = typical_p99_ms(alone), typical_p99_ms(among)
    ratio = round(among_p99 / alone_p99, 2) if alone_p99 and among_p99 else None
    print(json.dumps({
        "rss_idle_mb": round(rss_idle, 1), "rss_max_mb": round(rss_max[0], 1),
        "alone": {"requests": len(alone), "p50_ms": percentile_ms(alone, 0.5), "p99_ms": alone_p99},
        "among": {"requests": len(among), "p50_ms": percentile_ms(among, 0.5), "p99_ms": among_p99,
                  "errors": errors},
        "p99_ratio": ratio, "hostile": seen}, indent=2))
    failed = ((options.rss_max_mb is not None and rss_max[0] > options.rss_max_mb)
              or (options.ratio_max is not None and (ratio is None or ratio > options.ratio_max))
              or errors > 0)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
