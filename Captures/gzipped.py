"""A gzip writer of its own (RFC 1951, RFC 1952): compression libraries differ in the bytes they choose,
this does not.
"""

import struct
import binascii

LENGTHS = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
]
DISTANCES = [
    (1 + sum(1 << max(0, n // 2 - 1) for n in range(code)), max(0, code // 2 - 1)) for code in range(30)
]


class Bits:
    """Bits as deflate packs them: least significant first."""

    def __init__(self):
        self.out, self.held, self.count = bytearray(), 0, 0

    def put(self, value, width):
        """A number, its lowest bit first."""
        self.held |= value << self.count
        self.count += width
        while self.count >= 8:
            self.out.append(self.held & 255)
            self.held >>= 8
            self.count -= 8

    def code(self, value, width):
        """A Huffman code, its highest bit first."""
        self.put(int(format(value, f"0{width}b")[::-1], 2), width)

    def symbol(self, value):
        """A literal or length in the fixed code (RFC 1951 §3.2.6)."""
        if value < 144:
            self.code(0x30 + value, 8)
        elif value < 256:
            self.code(0x190 + value - 144, 9)
        elif value < 280:
            self.code(value - 256, 7)
        else:
            self.code(0xC0 + value - 280, 8)


def place(table, value):
    """Index of the last entry of a table whose base is not above the value."""
    return max(index for index, (base, _) in enumerate(table) if base <= value)


def deflate(data):
    """One block with the fixed code; repeats are found through the last place of each three bytes."""
    bits, last, position = Bits(), {}, 0
    bits.put(1, 1)
    bits.put(1, 2)
    while position < len(data):
        key = data[position : position + 3]
        before = last.get(key) if len(key) == 3 else None
        length = 0
        if before is not None and position - before <= 32768:
            while (
                length < 258
                and position + length < len(data)
                and data[before + length] == data[position + length]
            ):
                length += 1
        if length < 3:
            last[key] = position
            bits.symbol(data[position])
            position += 1
            continue
        index = place(LENGTHS, length)
        bits.symbol(257 + index)
        bits.put(length - LENGTHS[index][0], LENGTHS[index][1])
        distance = position - before
        index = place(DISTANCES, distance)
        bits.code(index, 5)
        bits.put(distance - DISTANCES[index][0], DISTANCES[index][1])
        for step in range(length):
            last[data[position + step : position + step + 3]] = position + step
        position += length
    bits.symbol(256)
    bits.put(0, (8 - bits.count) % 8)
    return bytes(bits.out)


def gzip(data):
    """A gzip member without name or time."""
    return (
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + deflate(data) + struct.pack("<II", binascii.crc32(data), len(data))
    )
