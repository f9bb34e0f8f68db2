"""Changes of captures: what networks, middle boxes and recorders do to packets. Used by scripts/vary-captures.

A capture is a list of packets (time in nanoseconds, frame, length on the wire). A change takes a random source, the
link type and the packets, and returns new packets: nothing or the same where it does not apply.
"""
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Captures"))
from packets import checksum  # noqa: E402

LINKS = {1: 14, 101: 0, 12: 0, 14: 0, 228: 0, 229: 0, 113: 16, 276: 20, 0: 4, 108: 4}
TCP, UDP, ICMP = 6, 17, 1
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def read(path):
    """(link type, packets) of a pcap file, cut where it is damaged; ValueError where it is none."""
    data = path.read_bytes()
    magics = {0xA1B2C3D4: ("<", 1000), 0xA1B23C4D: ("<", 1), 0xD4C3B2A1: (">", 1000), 0x4D3CB2A1: (">", 1)}
    order, unit = magics[struct.unpack("<I", data[:4])[0]]
    link, at, packets = struct.unpack(order + "I", data[20:24])[0] & 0xFFFF, 24, []
    if link not in LINKS:
        raise ValueError("link type")
    while at + 16 <= len(data):
        seconds, part, size, whole = struct.unpack_from(order + "IIII", data, at)
        if at + 16 + size > len(data):
            break
        packets.append((seconds * 10**9 + part * unit, data[at + 16 : at + 16 + size], whole))
        at += 16 + size
    return link, packets


def write(path, link, packets):
    """One pcap file."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link))
        for time, frame, whole in packets:
            head = struct.pack("<IIII", time // 10**9, time % 10**9, len(frame), max(whole, len(frame)))
            out.write(head + frame)


class Segment:
    """A whole TCP or UDP packet of a frame, taken apart; frame() puts it together again."""

    def __init__(self, time, link_header, network, transport, header, payload):
        self.time, self.link_header, self.network = time, link_header, network
        self.transport, self.header, self.payload = transport, header, payload

    @property
    def is_tcp(self):
        return self.transport == TCP

    @property
    def is_ipv6(self):
        return self.network[0] >> 4 == 6

    @property
    def source(self):
        address = self.network[8:24] if self.is_ipv6 else self.network[12:16]
        return address, struct.unpack_from(">H", self.header, 0)[0]

    @property
    def destination(self):
        address = self.network[24:40] if self.is_ipv6 else self.network[16:20]
        return address, struct.unpack_from(">H", self.header, 2)[0]

    @property
    def flow(self):
        return self.transport, *sorted((self.source, self.destination))

    @property
    def flags(self):
        return self.header[13] if self.is_tcp else 0

    @property
    def sequence(self):
        return struct.unpack_from(">I", self.header, 4)[0]

    @property
    def acknowledgement(self):
        return struct.unpack_from(">I", self.header, 8)[0]

    def changed(self, **values):
        """A copy with other time, payload, flags, sequence, ports (source, destination) or header."""
        header = bytearray(values.get("header", self.header))
        if self.is_tcp and "flags" in values:
            header[13] = values["flags"]
        if "sequence" in values:
            struct.pack_into(">I", header, 4, values["sequence"] & 0xFFFFFFFF)
        if "acknowledgement" in values:
            struct.pack_into(">I", header, 8, values["acknowledgement"] & 0xFFFFFFFF)
        if "ports" in values:
            struct.pack_into(">HH", header, 0, *values["ports"])
        return Segment(values.get("time", self.time), self.link_header, values.get("network", self.network),
                       self.transport, bytes(header), values.get("payload", self.payload))

    def datagram(self):
        """The IP packet, with lengths and checksums."""
        network, header = bytearray(self.network), bytearray(self.header)
        length = len(header) + len(self.payload)
        if self.is_ipv6:
            struct.pack_into(">H", network, 4, len(network) - 40 + length)
            addresses = bytes(network[8:40])
        else:
            struct.pack_into(">HH", network, 2, len(network) + length, struct.unpack_from(">H", network, 4)[0])
            network[10:12] = b"\0\0"
            struct.pack_into(">H", network, 10, checksum(bytes(network)))
            addresses = bytes(network[12:20])
        place = 16 if self.is_tcp else 6
        if not self.is_tcp:
            struct.pack_into(">H", header, 4, length)
        header[place : place + 2] = b"\0\0"
        pseudo = addresses + struct.pack(">II", length, self.transport)
        told = checksum(pseudo + bytes(header) + self.payload)
        struct.pack_into(">H", header, place, told or (0 if self.is_tcp else 0xFFFF))
        return bytes(network) + bytes(header) + self.payload

    def packet(self):
        """The packet as it is kept in a capture."""
        frame = self.link_header + self.datagram()
        return self.time, frame, len(frame)


def split_link(link, frame):
    """(link header, IP packet) of a frame; nothing where it carries no IP."""
    size = LINKS[link]
    if link == 1:
        kind = struct.unpack_from(">H", frame, 12)[0] if len(frame) >= 14 else 0
        while kind in (0x8100, 0x88A8, 0x9100) and len(frame) >= size + 4:
            kind = struct.unpack_from(">H", frame, size + 2)[0]
            size += 4
        if kind not in (0x0800, 0x86DD):
            return None
    if len(frame) < size + 20 or frame[size] >> 4 not in (4, 6):
        return None
    return frame[:size], frame[size:]


def segment(link, packet):
    """The whole TCP or UDP packet of a captured one; nothing where it is cut, a fragment, damaged or another."""
    time, frame, whole = packet
    parts = split_link(link, frame)
    if not parts or len(frame) < whole:
        return None
    link_header, data = parts
    if data[0] >> 4 == 4:
        size, length, transport = (data[0] & 15) * 4, struct.unpack_from(">H", data, 2)[0], data[9]
        if struct.unpack_from(">H", data, 6)[0] & 0x3FFF or size < 20:
            return None
    else:
        if len(data) < 40:
            return None
        size, length, transport = 40, 40 + struct.unpack_from(">H", data, 4)[0], data[6]
    if transport not in (TCP, UDP) or length > len(data):
        return None
    least = 20 if transport == TCP else 8
    if length < size + least:
        return None
    header_size = (data[size + 12] >> 4) * 4 if transport == TCP else 8
    if header_size < least or size + header_size > length:
        return None
    if transport == UDP and struct.unpack_from(">H", data, size + 4)[0] != length - size:
        return None
    body = size + header_size
    return Segment(time, link_header, data[:size], transport, data[size:body], data[body:length])


def segments(link, packets):
    """Each packet with its segment, or nothing."""
    return [(packet, segment(link, packet)) for packet in packets]


def some(random, count, share):
    """Numbers below count, each with the chance share, at least one."""
    if not count:
        return set()
    return {n for n in range(count) if random.random() < share} or {random.randrange(count)}


def spaced(packets):
    """The packets in order of time, none before the one in front of it."""
    result, last = [], 0
    for time, frame, whole in packets:
        last = max(last, time)
        result.append((last, frame, whole))
    return result


def drop(random, link, packets):
    """some packets are missing"""
    lost = some(random, len(packets), 0.04)
    return [p for n, p in enumerate(packets) if n not in lost]


def drop_data(random, link, packets):
    """a segment with data is missing in each TCP flow, so that its stream has a gap"""
    flows = {}
    for n, (_, part) in enumerate(segments(link, packets)):
        if part and part.is_tcp and part.payload:
            flows.setdefault(part.flow, []).append(n)
    lost = {random.choice(numbers) for numbers in flows.values()}
    return [p for n, p in enumerate(packets) if n not in lost]


def swap(random, link, packets):
    """some neighbours come the other way round"""
    result = packets[:]
    for n in some(random, max(len(packets) - 1, 0), 0.1):
        (first, a, b), (second, c, d) = result[n], result[n + 1]
        result[n], result[n + 1] = (first, c, d), (second, a, b)
    return result


def late(random, link, packets):
    """some packets come up to six packets later"""
    places = some(random, len(packets), 0.06)
    keys = [(n + random.uniform(1.2, 6) if n in places else n) for n in range(len(packets))]
    order = sorted(range(len(packets)), key=lambda n: keys[n])
    return [(packets[n][0], *packets[old][1:]) for n, old in enumerate(order)]


def twice(random, link, packets):
    """each packet comes twice, as from a mirror port that sees both sides of a switch"""
    return [p for packet in packets for p in (packet, (packet[0] + 1000, *packet[1:]))]


def some_twice(random, link, packets):
    """some packets are sent again some packets later"""
    result = packets[:]
    for n in sorted(some(random, len(packets), 0.08), reverse=True):
        at = min(n + random.randint(1, 5), len(result))
        result.insert(at, (result[at - 1][0], *packets[n][1:]))
    return result


def other_data(random, link, packets):
    """some segments are sent twice, once with other data, before or behind the right ones"""
    parts = segments(link, packets)
    able = [n for n, (_, part) in enumerate(parts) if part and part.is_tcp and len(part.payload) > 1]
    chosen = {able[k] for k in some(random, len(able), 0.15)}
    result = []
    for n, (packet, part) in enumerate(parts):
        if n not in chosen:
            result.append(packet)
            continue
        wrong = part.changed(payload=bytes(byte ^ 0x20 if byte > 64 else byte for byte in part.payload))
        result += [packet, wrong.packet()] if random.random() < 0.5 else [wrong.packet(), packet]
    return result


def cut(random, link, packets):
    """TCP segments come in smaller ones"""
    result = []
    for packet, part in segments(link, packets):
        if not part or not part.is_tcp or len(part.payload) < 2 or part.flags & SYN:
            result.append(packet)
            continue
        pieces = random.choice((1, 2, 2, 3, 4))
        places = sorted({0, len(part.payload), *(random.randrange(len(part.payload)) for _ in range(pieces - 1))})
        for begin, end in zip(places, places[1:]):
            flags = part.flags if end == len(part.payload) else part.flags & ~(FIN | PSH | RST)
            piece = part.changed(payload=part.payload[begin:end], sequence=part.sequence + begin, flags=flags)
            result.append(piece.packet())
    return result


def cut_small(random, link, packets):
    """TCP segments come in pieces of one to seven bytes at their start and end"""
    result = []
    for packet, part in segments(link, packets):
        if not part or not part.is_tcp or len(part.payload) < 2 or part.flags & SYN:
            result.append(packet)
            continue
        at, left = 0, len(part.payload)
        while at < left:
            near = at < 40 or left - at <= 20
            size = min(random.randint(1, 7) if near else left - at - 20, left - at)
            flags = part.flags if at + size == left else part.flags & ~(FIN | PSH | RST)
            piece = part.changed(payload=part.payload[at : at + size], sequence=part.sequence + at, flags=flags)
            result.append(piece.packet())
            at += size
    return result


def join(random, link, packets):
    """TCP segments that follow each other come as one, as from a network card that joins them"""
    result, held = [], {}

    def release(flow):
        result.extend(part.packet() for part in held.pop(flow, ()))

    for packet, part in segments(link, packets):
        if not part or not part.is_tcp:
            result.append(packet)
            continue
        last = held.get(part.flow, [None])[-1]
        if part.flags & (SYN | RST):
            release(part.flow)
            result.append(packet)
        elif (last and part.payload and part.source == last.source and not last.flags & FIN
              and part.sequence == (last.sequence + len(last.payload)) & 0xFFFFFFFF
              and len(last.payload) + len(part.payload) < 32000):
            held[part.flow][-1] = part.changed(payload=last.payload + part.payload, sequence=last.sequence)
        elif part.payload:
            if last and part.source != last.source:
                release(part.flow)
            held.setdefault(part.flow, []).append(part)
        elif last and part.source != last.source and not part.flags & FIN:
            pass  # the acknowledgement of what is held comes with the next one
        else:
            release(part.flow)
            result.append(packet)
    for flow in list(held):
        release(flow)
    return spaced(sorted(result, key=lambda p: p[0]))


def without_handshake(random, link, packets):
    """TCP begins in the middle: its handshakes are missing"""
    return [p for p, part in segments(link, packets) if not (part and part.is_tcp and part.flags & SYN)]


def without_answer(random, link, packets):
    """the server's half of the handshake is missing"""
    both = SYN | ACK
    return [p for p, part in segments(link, packets) if not (part and part.is_tcp and part.flags & both == both)]


def one_side(random, link, packets):
    """one direction alone is seen, as where routes differ"""
    first, keep_first, result = {}, random.random() < 0.5, []
    for packet, part in segments(link, packets):
        if part and (part.source == first.setdefault(part.flow, part.source)) != keep_first:
            continue
        result.append(packet)
    return result


def without_acknowledgements(random, link, packets):
    """TCP segments without data are missing, but for those with flags of their own"""
    return [p for p, part in segments(link, packets)
            if not (part and part.is_tcp and not part.payload and not part.flags & (SYN | FIN | RST))]


def start_later(random, link, packets):
    """the capture begins later"""
    return packets[random.randint(1, max(len(packets) * 2 // 3, 1)) :]


def end_sooner(random, link, packets):
    """the capture ends sooner"""
    return packets[: random.randint(1, max(len(packets) - 1, 1))]


def reset(random, link, packets):
    """a reset ends each TCP flow somewhere; what follows is still sent"""
    parts, flows = segments(link, packets), {}
    for n, (_, part) in enumerate(parts):
        if part and part.is_tcp and not part.flags & (SYN | RST):
            flows.setdefault(part.flow, []).append(n)
    chosen, result = {random.choice(numbers) for numbers in flows.values()}, []
    for n, (packet, part) in enumerate(parts):
        result.append(packet)
        if n in chosen:
            options = part.changed(payload=b"", flags=RST | ACK, sequence=part.sequence + len(part.payload))
            result.append(options.packet())
    return result


def other_ports(random, link, packets):
    """servers answer at other ports, so that protocols are told by what is said"""
    servers, changed, result = {}, {}, []
    for packet, part in segments(link, packets):
        if not part:
            result.append(packet)
            continue
        if part.flow not in servers:
            is_answer = part.is_tcp and part.flags & (SYN | ACK) == SYN | ACK
            servers[part.flow] = part.source if is_answer else part.destination
        server = servers[part.flow]
        port = changed.setdefault((part.transport, server), random.randint(20001, 30000))
        ports = ((port, part.destination[1]) if part.source == server else (part.source[1], port))
        result.append(part.changed(ports=ports).packet())
    return result


def same_ports_again(random, link, packets):
    """the same conversations follow once more, a second later, from the same ports with other sequence numbers"""
    if not packets or packets[-1][0] - packets[0][0] > 3600 * 10**9:
        return None
    shift, offset, result = packets[-1][0] - packets[0][0] + 10**9, random.randrange(1 << 32), packets[:]
    for packet, part in segments(link, packets):
        if part and part.is_tcp:
            moved = part.changed(sequence=part.sequence + offset)
            if part.flags & ACK:
                moved = moved.changed(acknowledgement=part.acknowledgement + offset)
            packet = moved.packet()
        result.append((packet[0] + shift, *packet[1:]))
    return result


def pauses(random, link, packets):
    """long pauses between some packets: 20 seconds to 20 minutes"""
    places, shift, result = some(random, len(packets), 0.05), 0, []
    for n, (time, frame, whole) in enumerate(packets):
        shift += random.choice((20, 45, 70, 150, 400, 1200)) * 10**9 if n in places else 0
        result.append((time + shift, frame, whole))
    return result


def fragments(random, link, packets, order=None):
    """IP packets come in fragments"""
    result = []
    for packet in packets:
        time, frame, whole = packet
        parts = split_link(link, frame)
        pieces = pieces_of(random, parts[1]) if parts and len(frame) >= whole else None
        if not pieces:
            result.append(packet)
            continue
        if order:
            order(pieces)
        result += [(time, parts[0] + piece, len(parts[0]) + len(piece)) for piece in pieces]
    return result


def fragments_mixed(random, link, packets):
    """IP packets come in fragments, in any order"""
    return fragments(random, link, packets, random.shuffle)


def pieces_of(random, data):
    """The fragments of an IP packet; nothing where it is small, or a fragment already."""
    unit = random.choice((24, 64, 200, 576)) // 8 * 8
    if data[0] >> 4 == 4:
        size, length, field = (data[0] & 15) * 4, *struct.unpack_from(">H2xH", data, 2)
        if field & 0x3FFF or size != 20 or length > len(data) or length - size <= unit:
            return None
        body, pieces = data[size:length], []
        name = struct.unpack_from(">H", data, 4)[0] or random.randrange(1, 1 << 16)
        for at in range(0, len(body), unit):
            part, more = body[at : at + unit], at + unit < len(body)
            head = bytearray(data[:size])
            struct.pack_into(">HHH", head, 2, size + len(part), name, (0x2000 if more else 0) | at // 8)
            head[10:12] = b"\0\0"
            struct.pack_into(">H", head, 10, checksum(bytes(head)))
            pieces.append(bytes(head) + part)
        return pieces
    length = struct.unpack_from(">H", data, 4)[0] if len(data) >= 40 else 0
    if data[6] not in (TCP, UDP, 58) or 40 + length > len(data) or length <= unit:
        return None
    body, pieces, name = data[40 : 40 + length], [], random.randrange(1 << 32)
    for at in range(0, length, unit):
        part, more = body[at : at + unit], at + unit < length
        head = bytearray(data[:40])
        struct.pack_into(">HB", head, 4, 8 + len(part), 44)
        pieces.append(bytes(head) + struct.pack(">BBHI", data[6], 0, at | more, name) + part)
    return pieces


def frames_changed(link, packets, change):
    """Each frame that carries IP, changed by change(link header, IP packet)."""
    result = []
    for time, frame, whole in packets:
        parts = split_link(link, frame)
        new = change(*parts) if parts else frame
        result.append((time, new, whole + len(new) - len(frame)))
    return result


def outer(protocol, body):
    """An IPv4 packet of a tunnel between two routers."""
    head = bytearray(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 7, 0, 64, protocol, 0,
                                 bytes((172, 30, 0, 1)), bytes((172, 30, 0, 2))))
    struct.pack_into(">H", head, 10, checksum(bytes(head)))
    return bytes(head) + body


def outer_udp(port, body):
    """The same over UDP, without checksum."""
    return outer(UDP, struct.pack(">HHHH", 49152, port, 8 + len(body), 0) + body)


def kind_of(data):
    """The Ethernet type of an IP packet."""
    return 0x86DD if data[0] >> 4 == 6 else 0x0800


def vlan(random, link, packets):
    """frames have a VLAN tag, or two"""
    tags = b"".join(struct.pack(">HH", 0x8100, random.randrange(1, 4000)) for _ in range(random.choice((1, 2))))
    return link == 1 and frames_changed(link, packets, lambda head, data: head[:12] + tags + head[12:] + data)


def mpls(random, link, packets):
    """IP packets have an MPLS label"""
    label = struct.pack(">HI", 0x8847, random.randrange(16, 1 << 20) << 12 | 0x1FF)
    return link == 1 and frames_changed(link, packets, lambda head, data: head[:12] + label + data)


def pppoe(random, link, packets):
    """IP packets come in PPPoE sessions"""
    def change(head, data):
        protocol = 0x57 if data[0] >> 4 == 6 else 0x21
        return head[:12] + struct.pack(">HBBHHH", 0x8864, 0x11, 0, 9, len(data) + 2, protocol) + data
    return link == 1 and frames_changed(link, packets, change)


def gre(random, link, packets):
    """IP packets come through a GRE tunnel"""
    return frames_changed(link, packets, lambda head, data: (
        retyped(link, head) + outer(47, struct.pack(">HH", 0, kind_of(data)) + data)))


def ip_in_ip(random, link, packets):
    """IP packets come in IPv4"""
    return frames_changed(link, packets, lambda head, data: (
        retyped(link, head) + outer(41 if data[0] >> 4 == 6 else 4, data)))


def vxlan(random, link, packets):
    """frames come through a VXLAN tunnel"""
    return link == 1 and frames_changed(link, packets, lambda head, data: (
        retyped(link, head) + outer_udp(4789, struct.pack(">II", 0x08000000, 77 << 8) + head + data)))


def geneve(random, link, packets):
    """frames come through a Geneve tunnel"""
    return link == 1 and frames_changed(link, packets, lambda head, data: (
        retyped(link, head) + outer_udp(6081, struct.pack(">BBHI", 0, 0, 0x6558, 77 << 8) + head + data)))


def retyped(link, head):
    """The link header with the type of IPv4, for the outer packet of a tunnel."""
    return {1: head[:12] + b"\x08\0", 0: b"\2\0\0\0", 113: head[:14] + b"\x08\0", 276: b"\x08\0" + head[2:]}.get(link, head)


def snap(random, link, packets):
    """packets are cut where the recorder was told to"""
    length = random.choice((68, 96, 128, 200, 256, 400))
    return [(time, frame[:length], whole) for time, frame, whole in packets]


CHANGES = {
    "drop": drop, "drop-data": drop_data, "swap": swap, "late": late, "twice": twice, "some-twice": some_twice,
    "other-data": other_data, "cut": cut, "cut-small": cut_small, "join": join,
    "without-handshake": without_handshake, "without-answer": without_answer, "one-side": one_side,
    "without-acks": without_acknowledgements, "start-later": start_later, "end-sooner": end_sooner, "reset": reset,
    "other-ports": other_ports, "same-ports-again": same_ports_again, "pauses": pauses, "fragments": fragments,
    "fragments-mixed": fragments_mixed, "vlan": vlan, "mpls": mpls, "pppoe": pppoe, "gre": gre,
    "ip-in-ip": ip_in_ip, "vxlan": vxlan, "geneve": geneve, "snap": snap,
}
