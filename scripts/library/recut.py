"""Connections of a capture sent anew, with records and segments cut and joined elsewhere.

The bytes of both directions are taken out of the capture in the order in which they went; handshake records that
follow each other are joined and cut again (what they say stays the same), and the streams are cut into segments.
Many variants go into one file, each connection with a client's port of its own.
"""

import os
import random
import struct
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Captures"))
from packets import checksum, transport_checksum  # noqa: E402

SYN, ACK, PSH, FIN = 2, 16, 8, 1
PER_FILE = 600


def turns(path):
    """The connections of a capture: (client's port, time, [(is to server, bytes), …])."""
    with open(path, "rb") as file:
        data = file.read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    position, flows = 24, {}
    while position + 16 <= len(data):
        seconds, _, count, _ = struct.unpack(order + "IIII", data[position : position + 16])
        frame = data[position + 16 : position + 16 + count]
        position += 16 + count
        if frame[12:14] != b"\x08\x00" or frame[23] != 6:
            continue
        ip = frame[14 : 14 + struct.unpack(">H", frame[16:18])[0]]
        tcp = ip[(ip[0] & 15) * 4 :]
        source, destination, number = struct.unpack(">HHI", tcp[:8])
        payload, flags = tcp[(tcp[12] >> 4) * 4 :], tcp[13]
        to_server = destination == 443
        port = source if to_server else destination
        flow = flows.setdefault(port, {"time": seconds, "next": {}, "turns": [], "ends": (ip[12:16], ip[16:20])})
        if flags & SYN:
            flow["next"][to_server] = number + 1
            continue
        skip = (flow["next"].get(to_server, number) - number) & 0xFFFFFFFF
        if skip > len(payload):
            continue
        fresh = payload[skip:]
        if fresh:
            flow["next"][to_server] = (number + len(payload)) & 0xFFFFFFFF
            if flow["turns"] and flow["turns"][-1][0] == to_server:
                flow["turns"][-1] = (to_server, flow["turns"][-1][1] + fresh)
            else:
                flow["turns"].append((to_server, fresh))
    return [(port, flow["time"], flow["ends"], flow["turns"]) for port, flow in flows.items()]


def cut_records(data, dice, state):
    """The same messages in other records: handshake records before the change to encryption."""
    out, position, pending, version = b"", 0, b"", b"\x01\x01"

    def flush():
        nonlocal pending, out
        while pending:
            count = dice.choice([1, 2, 3, 5, 40, 300, len(pending)])
            out += b"\x16" + version + struct.pack(">H", len(pending[:count])) + pending[:count]
            pending = pending[count:]

    while position + 5 <= len(data):
        kind, count = data[position], struct.unpack(">H", data[position + 3 : position + 5])[0]
        record = data[position : position + 5 + count]
        if len(record) < 5 + count:
            break
        position += 5 + count
        if kind == 0x16 and not state["encrypted"]:
            pending, version = pending + record[5:], record[1:3]
            if record[1] == 3 and state["hello13"]:
                state["encrypted"] = True
            continue
        flush()
        if kind == 0x14:
            state["encrypted"] = True
        if kind == 0x15 and count == 2 and dice.random() < 0.5 and record[1:3] == b"\x01\x01":
            for byte in record[5:]:
                out += record[:3] + b"\x00\x01" + bytes([byte])
            continue
        out += record
    flush()
    return out + data[position:]


def segment(ends, ports, number, acknowledged, flags, payload):
    source, destination = ends
    tcp = struct.pack(">HHIIBBHHH", *ports, number & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0)
    tcp += payload
    tcp = tcp[:16] + struct.pack(">H", transport_checksum(source, destination, 6, tcp)) + tcp[18:]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0) + source + destination
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + head + tcp


class Writer:
    def __init__(self):
        handle, self.path = tempfile.mkstemp(suffix=".pcap")
        self.file = os.fdopen(handle, "wb")
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        self.clock = 0

    def frame(self, time, frame):
        self.clock += 20
        self.file.write(struct.pack("<IIII", time + self.clock // 1_000_000, self.clock % 1_000_000, len(frame), len(frame)))
        self.file.write(frame)

    def connection(self, port, time, ends, pieces):
        """A connection with these pieces: (is to server, bytes)."""
        forth, back = (port, 443), (443, port)
        other = ends[::-1]
        place = {True: 1000, False: 2000}
        self.frame(time, segment(ends, forth, 999, 0, SYN, b""))
        self.frame(time, segment(other, back, 1999, 1000, SYN | ACK, b""))
        self.frame(time, segment(ends, forth, 1000, 2000, ACK, b""))
        for to_server, payload in pieces:
            ports, way = (forth, ends) if to_server else (back, other)
            self.frame(time, segment(way, ports, place[to_server], place[not to_server], ACK | PSH, payload))
            place[to_server] += len(payload)
        self.frame(time, segment(ends, forth, place[True], place[False], FIN | ACK, b""))
        self.frame(time, segment(other, back, place[False], place[True] + 1, FIN | ACK, b""))
        self.frame(time, segment(ends, forth, place[True] + 1, place[False] + 1, ACK, b""))


def one_cut(turns_of, to_server, place):
    """The conversation with one more border, in one direction's stream."""
    pieces, passed = [], 0
    for direction, data in turns_of:
        inside = place - passed
        if direction == to_server and 0 < inside < len(data):
            pieces += [(direction, data[:inside]), (direction, data[inside:])]
        else:
            pieces.append((direction, data))
        if direction == to_server:
            passed += len(data)
    return pieces


def random_cut(turns_of, dice):
    """The conversation in other records and other segments."""
    is13 = any(not way and data[:3] == b"\x16\x03\x03" and b"\x00\x2b\x00\x02\x03\x04" in data for way, data in turns_of)
    states = {True: {"encrypted": False, "hello13": False}, False: {"encrypted": False, "hello13": is13}}
    pieces = []
    for to_server, data in turns_of:
        data = cut_records(data, dice, states[to_server])
        size = dice.choice([1, 2, 7, 60, 500, 1460])
        while data:
            count = min(len(data), dice.randint(1, size) if dice.random() < 0.8 else 1460)
            pieces.append((to_server, data[:count]))
            data = data[count:]
    return pieces


def batches(path, count, seed):
    """Files of variants: (what they are, path, {number: {the connection's port: its port in the file}})."""
    connections = turns(path)
    dice = random.Random(f"{seed} {os.path.basename(path)}")
    variants = [("cut", way, place) for way in (True, False) for place in range(1, 301)]
    variants += [("random", None, None)] * count
    for begin in range(0, len(variants), PER_FILE):
        writer, ports, following = Writer(), {}, 1024
        for number, (kind, way, place) in enumerate(variants[begin : begin + PER_FILE], begin):
            for port, time, ends, turns_of in connections:
                pieces = one_cut(turns_of, way, place) if kind == "cut" else random_cut(turns_of, dice)
                ports.setdefault(number, {})[port] = following
                # Port 443 is the server's.
                writer.connection(following, time, ends, pieces)
                following += 1
        writer.file.close()
        yield "variant", writer.path, ports
