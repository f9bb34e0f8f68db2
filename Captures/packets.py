"""Packets written byte by byte: frames, IPv4 and IPv6, TCP conversations, UDP and ICMP, and the pcap file
that holds them.

Only the standard library is used and nothing is drawn from the clock, the system's randomness or a
compression library: the same script gives the same file, byte for byte, on every machine. All checksums are
right, every TCP conversation begins with a handshake, and times are whole microseconds since 1970 (UTC).
"""

import hashlib
import ipaddress
import struct

SECOND = 1_000_000
TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def at(text):
    """Microseconds since 1970 of an RFC 3339 time in UTC such as `2026-11-20T01:03:10.120Z`."""
    date, clock = text.rstrip("Z").split("T")
    year, month, day = (int(part) for part in date.split("-"))
    hours, minutes, seconds = clock.split(":")
    whole, _, fraction = seconds.partition(".")
    shifted = year - (month <= 2)  # days from civil: the year begins in March
    month_index = (month + 9) % 12
    days = (
        365 * shifted
        + shifted // 4
        - shifted // 100
        + shifted // 400
        + (153 * month_index + 2) // 5
        + day
        - 719469
    )
    total = ((days * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(whole)
    return total * SECOND + int((fraction + "000000")[:6])


class Dice:
    """Reproducible draws: SHA-256 over a name and a counter, so that no two places share a sequence."""

    def __init__(self, *name):
        self.name = "/".join(str(part) for part in name).encode()
        self.count = 0

    def bytes(self, length):
        """That many bytes."""
        out = b""
        while len(out) < length:
            out += hashlib.sha256(self.name + struct.pack(">Q", self.count)).digest()
            self.count += 1
        return out[:length]

    def below(self, limit):
        """A whole number from 0 up to, not including, the limit."""
        return int.from_bytes(self.bytes(8), "big") % limit

    def between(self, low, high):
        """A whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def choice(self, items):
        """One of the items."""
        return items[self.below(len(items))]


def checksum(data):
    """The Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address):
    """The 4 or 16 bytes of an address."""
    return ipaddress.ip_address(address).packed


def transport_checksum(source, target, protocol, segment):
    """Checksum of a TCP, UDP or ICMPv6 segment with its pseudo header (RFC 9293 §3.1, RFC 8200 §8.1)."""
    left, right = packed(source), packed(target)
    if len(left) == 4:
        pseudo = left + right + struct.pack(">BBH", 0, protocol, len(segment))
    else:
        pseudo = left + right + struct.pack(">IHBB", len(segment), 0, 0, protocol)
    return checksum(pseudo + segment)


def hardware(name):
    """A locally administered MAC address that belongs to a name."""
    return b"\x02" + hashlib.sha256(str(name).encode()).digest()[:5]


class Capture:
    """The packets of one tap."""

    def __init__(self):
        self.records = []

    def add(self, time, frame):
        """Takes a frame; they may come in any order."""
        self.records.append((time, len(self.records), frame))

    def write(self, path):
        """Writes a pcap file (little-endian, microseconds, Ethernet) in order of time."""
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
            for time, _, frame in sorted(self.records):
                file.write(
                    struct.pack("<IIII", time // SECOND, time % SECOND, len(frame), len(frame)) + frame
                )


class Link:
    """The line between an access point and the network, as the tap sees it: plain, with a VLAN tag, or PPPoE.

    Hosts whose addresses begin with one of `local` send upwards, everyone else answers through the router.
    """

    def __init__(self, capture, name, local=(), vlan=None, pppoe=None):
        self.capture, self.name, self.local, self.vlan, self.pppoe = capture, name, local, vlan, pppoe
        self.mss = 1452 if pppoe else 1460
        # Options of IPv4, padded, in each header that is sent.
        self.options = b""
        self.router = hardware(f"{name}/router")
        self.identifiers = {}

    def mac(self, address):
        """Hardware address behind which the tap sees an IP address."""
        if not any(str(address).startswith(prefix) for prefix in self.local):
            return self.router
        return hardware(f"{self.name}/modem" if self.pppoe else f"{self.name}/{address}")

    def frame(self, source, target, network, protocol=0x0800):
        """Wraps an IP packet as this line does (RFC 2516 §4 for PPPoE, IEEE 802.1Q for the tag)."""
        head = self.mac(target) + self.mac(source)
        if self.pppoe:
            number = {0x0800: 0x0021, 0x86DD: 0x0057}[protocol]
            inner = struct.pack(">H", number) + network
            return self.pad(
                head + self.tag() + struct.pack(">HBBHH", 0x8864, 0x11, 0, self.pppoe, len(inner)) + inner
            )
        return self.pad(head + self.tag() + struct.pack(">H", protocol) + network)

    def tag(self):
        """The VLAN tag, if the line has one."""
        return struct.pack(">HH", 0x8100, self.vlan) if self.vlan else b""

    @staticmethod
    def pad(frame):
        """Ethernet's least length, without the check sequence."""
        return frame + bytes(max(0, 60 - len(frame)))

    def raw(self, time, source, target, ethertype, payload):
        """A frame that carries no IP: ARP, PPPoE discovery."""
        self.capture.add(
            time, self.pad(target + source + self.tag() + struct.pack(">H", ethertype) + payload)
        )

    def send(self, time, source, target, protocol, payload, ttl=64, window=None):
        """One IP packet that holds a finished transport segment."""
        left, right = packed(source), packed(target)
        if len(left) == 16:
            header = struct.pack(">IHBB", 6 << 28, len(payload), protocol, ttl) + left + right
            self.capture.add(time, self.frame(source, target, header + payload, 0x86DD))
            return
        identifier = self.identifiers.get(source, int.from_bytes(hashlib.sha256(left).digest()[:2], "big"))
        self.identifiers[source] = (identifier + 1) & 0xFFFF
        length = 20 + len(self.options)
        header = (
            struct.pack(">BBHHHBBH", 0x40 | length // 4, 0, length + len(payload), identifier, 0x4000, ttl, protocol, 0)
            + left
            + right
            + self.options
        )
        header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
        self.capture.add(time, self.frame(source, target, header + payload))

    def udp(self, time, source, source_port, target, target_port, payload, ttl=64):
        """One UDP datagram."""
        head = struct.pack(">HHH", source_port, target_port, 8 + len(payload))
        total = transport_checksum(source, target, UDP, head + b"\0\0" + payload) or 0xFFFF
        self.send(time, source, target, UDP, head + struct.pack(">H", total) + payload, ttl)

    def icmp(self, time, source, target, kind, code, rest, payload=b"", ttl=64):
        """One ICMP message; `rest` is the second word of its header."""
        body = struct.pack(">BBHI", kind, code, 0, rest) + payload
        if ":" in source:
            total = transport_checksum(source, target, ICMP6, body)
        else:
            total = checksum(body)
        body = body[:2] + struct.pack(">H", total) + body[4:]
        self.send(time, source, target, ICMP6 if ":" in source else ICMP, body, ttl)

    def ping(self, time, source, target, identifier, sequence, payload, answered=True, delay=1500):
        """An echo request and its reply."""
        six = ":" in source
        self.icmp(time, source, target, 128 if six else 8, 0, identifier << 16 | sequence, payload)
        if answered:
            self.icmp(
                time + delay, target, source, 129 if six else 0, 0, identifier << 16 | sequence, payload
            )


SYSTEMS = {  # initial TTL, window, window scale, whether timestamps are used
    "windows": (128, 64240, 8, False),
    "linux": (64, 29200, 7, True),
    "scanner": (52, 1024, None, False),
}


class Side:
    """One end of a TCP conversation."""

    def __init__(self, address, port, system, seed):
        self.address, self.port = address, port
        self.ttl, self.window, self.scale, self.stamps = SYSTEMS[system]
        dice = Dice("tcp", seed, address, port)
        self.next = int.from_bytes(dice.bytes(4), "big")
        self.clock = int.from_bytes(dice.bytes(3), "big")
        self.seen = 0


class Talk:
    """A TCP conversation; `now` runs on as it goes, and each call leaves it at the end of what was said."""

    def __init__(
        self, link, start, client, client_port, server, server_port, delay=9000, systems=("windows", "linux")
    ):
        self.link, self.now, self.delay = link, start, delay
        self.client = Side(client, client_port, systems[0], (start, server, server_port))
        self.server = Side(server, server_port, systems[1], (start, client, client_port))
        self.stamped = self.client.stamps and self.server.stamps
        self.rough = False

    def segment(self, sender, flags, data=b"", options=b"", sequence=None):
        """One segment from one side, at `now`; with a `sequence` of its own it is out of order or a repetition."""
        other = self.server if sender is self.client else self.client
        if self.stamped and not flags & (SYN | RST):
            stamp = sender.clock + self.now // 1000 & 0xFFFFFFFF
            echo = other.clock + (self.now - self.delay) // 1000 & 0xFFFFFFFF
            options = b"\x01\x01\x08\x0a" + struct.pack(">II", stamp, echo)
        words = 5 + len(options) // 4
        acknowledged = sender.seen if flags & ACK else 0
        number = sender.next if sequence is None else sequence & 0xFFFFFFFF
        head = (
            struct.pack(
                ">HHIIBBHHH",
                sender.port,
                other.port,
                number,
                acknowledged,
                words << 4,
                flags,
                sender.window if flags & SYN or sender.scale is None else 501,
                0,
                0,
            )
            + options
        )
        total = transport_checksum(sender.address, other.address, TCP, head + data)
        head = head[:16] + struct.pack(">H", total) + head[18:]
        self.link.send(self.now, sender.address, other.address, TCP, head + data, sender.ttl)
        if sequence is None:
            sender.next = sender.next + len(data) + bool(flags & (SYN | FIN)) & 0xFFFFFFFF
            other.seen = sender.next

    def handshake_options(self, sender):
        """Options of a SYN: segment size, and scale, selective acknowledgement and timestamps where used."""
        options = b"\x02\x04" + struct.pack(">H", self.link.mss)
        if sender.scale is None:
            return options
        if self.stamped:
            stamp = struct.pack(">II", sender.clock + self.now // 1000 & 0xFFFFFFFF, 0)
            return options + b"\x04\x02\x08\x0a" + stamp + b"\x01\x03\x03" + bytes([sender.scale])
        return options + b"\x01\x03\x03" + bytes([sender.scale]) + b"\x01\x01\x04\x02"

    def open(self):
        """The three-way handshake."""
        self.segment(self.client, SYN, options=self.handshake_options(self.client))
        self.now += self.delay
        self.segment(self.server, SYN | ACK, options=self.handshake_options(self.server))
        self.now += self.delay // 8 + 40
        self.segment(self.client, ACK)
        return self

    def refused(self):
        """A SYN that a closed port answers with a reset."""
        self.segment(self.client, SYN, options=self.handshake_options(self.client))
        self.now += self.delay
        self.segment(self.server, RST | ACK)
        return self

    def unanswered(self):
        """A SYN that nobody answers."""
        self.segment(self.client, SYN, options=self.handshake_options(self.client))
        return self

    def say(self, sender, data, pause):
        """Data from one side after a pause, in segments, with the other side's acknowledgements.

        On a rough line the second and third segment change places and the first is sent again.
        """
        self.now += pause
        other = self.server if sender is self.client else self.client
        size = self.link.mss - (12 if self.stamped else 0)
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        if self.rough and len(pieces) > 2:
            first, second, third, *pieces = pieces
            begin = sender.next
            self.segment(sender, ACK, first)
            self.now += 150
            self.segment(sender, ACK, third, sequence=begin + 2 * size)
            self.now += 150
            self.segment(sender, ACK, second)
            sender.next = begin + 3 * size & 0xFFFFFFFF
            self.now += self.delay
            self.segment(sender, ACK, first, sequence=begin)
            other.seen = sender.next
            self.segment(other, ACK)
        for number, piece in enumerate(pieces, 1):
            last = number == len(pieces)
            self.segment(sender, PSH | ACK if last else ACK, piece)
            self.now += 120 + len(piece) // 12
            if last or number % 2 == 0:
                self.now += self.delay // 2 if last else 60
                self.segment(other, ACK)
        return self

    def ask(self, data, pause=1200):
        """The client speaks."""
        return self.say(self.client, data, pause)

    def answer(self, data, pause=4000):
        """The server speaks."""
        return self.say(self.server, data, pause)

    def close(self, by_server=False, pause=2000):
        """Both ends finish in order."""
        first, second = (self.server, self.client) if by_server else (self.client, self.server)
        self.now += pause
        self.segment(first, FIN | ACK)
        self.now += self.delay
        self.segment(second, FIN | ACK)
        self.now += self.delay // 8 + 40
        self.segment(first, ACK)
        return self

    def reset(self, by_server=False, pause=2000):
        """One end breaks off."""
        self.now += pause
        self.segment(self.server if by_server else self.client, RST | ACK)
        return self
