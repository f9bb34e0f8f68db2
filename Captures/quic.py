"""The first packets of QUIC (RFC 9000, RFC 9001, RFC 9369), protected as they are sent, and Google's older ones.

Only the standard library is used: AES and GCM are written out, as much as these packets need.
"""

import hashlib
import hmac
import struct

SALTS = {
    1: bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"),
    0x6B3343CF: bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9"),
    0xFF00001D: bytes.fromhex("afbfec289993d24c9e9786f19c6111e04390a899"),
}


def _tables():
    """The S-box of AES, from inverses in its field."""
    log, power, value = {}, {}, 1
    for exponent in range(255):
        power[exponent], log[value] = value, exponent
        value ^= value << 1 ^ (0x11B if value & 0x80 else 0)
        value &= 0xFF
    box = []
    for number in range(256):
        inverse = power[(255 - log[number]) % 255] if number else 0
        result = 0x63
        for turn in range(5):
            result ^= (inverse << turn | inverse >> (8 - turn)) & 0xFF
        box.append(result)
    return box


BOX = _tables()


def aes(key, block):
    """One block encrypted with 128 bits."""
    words, factor = [list(key[start : start + 4]) for start in range(0, 16, 4)], 1
    for number in range(4, 44):
        word = words[-1]
        if number % 4 == 0:
            word = [BOX[byte] for byte in word[1:] + word[:1]]
            word[0] ^= factor
            factor = (factor << 1 ^ (0x11B if factor & 0x80 else 0)) & 0xFF
        words.append([a ^ b for a, b in zip(words[-4], word)])
    keys = [sum(words[start : start + 4], []) for start in range(0, 44, 4)]
    state = [a ^ b for a, b in zip(block, keys[0])]
    double = [(byte << 1 ^ (0x1B if byte & 0x80 else 0)) & 0xFF for byte in range(256)]
    for turn in range(1, 11):
        state = [BOX[state[(place + 4 * (place % 4)) % 16]] for place in range(16)]
        if turn < 10:
            mixed = []
            for start in range(0, 16, 4):
                column = state[start : start + 4]
                every = column[0] ^ column[1] ^ column[2] ^ column[3]
                mixed += [column[row] ^ every ^ double[column[row] ^ column[(row + 1) % 4]] for row in range(4)]
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[turn])]
    return bytes(state)


def sealed(key, nonce, text, associated):
    """Text protected with GCM, its tag behind it."""
    hash_key = int.from_bytes(aes(key, bytes(16)), "big")

    def times(value):
        product, factor = 0, hash_key
        for bit in range(127, -1, -1):
            if value >> bit & 1:
                product ^= factor
            factor = factor >> 1 ^ (0xE1 << 120 if factor & 1 else 0)
        return product

    out = b""
    for number, start in enumerate(range(0, len(text), 16)):
        mask = aes(key, nonce + struct.pack(">I", number + 2))
        out += bytes(a ^ b for a, b in zip(text[start : start + 16], mask))
    total = 0
    for part in (associated, out, struct.pack(">QQ", 8 * len(associated), 8 * len(out))):
        for start in range(0, len(part), 16):
            total = times(total ^ int.from_bytes(part[start : start + 16].ljust(16, b"\0"), "big"))
    tag = total ^ int.from_bytes(aes(key, nonce + b"\0\0\0\1"), "big")
    return out + tag.to_bytes(16, "big")


def expanded(secret, label, length):
    """HKDF-Expand-Label (RFC 8446 §7.1)."""
    name = b"tls13 " + label
    info = struct.pack(">HB", length, len(name)) + name + b"\0\1"
    return hmac.new(secret, info, hashlib.sha256).digest()[:length]


def number(value):
    """A number of variable length (RFC 9000 §16)."""
    if value < 64:
        return bytes([value])
    return struct.pack(">H", 0x4000 | value) if value < 16384 else struct.pack(">I", 0x80000000 | value)


def head(kind, version, target, source, low=0):
    """A long head: 0 Initial, 1 0-RTT, 2 Handshake, 3 Retry."""
    bits = (kind + 1) % 4 if version == 0x6B3343CF else kind
    names = bytes([len(target)]) + target + bytes([len(source)]) + source
    return bytes([0xC0 | bits << 4 | low]) + struct.pack(">I", version) + names


def initial(frames, place, target, source, by_client=True, version=1, keys_of=None, token=b"", size=1162):
    """A first packet, filled up."""
    secret = hmac.new(SALTS[version], keys_of or target, hashlib.sha256).digest()
    secret = expanded(secret, b"client in" if by_client else b"server in", 32)
    prefix = b"quicv2 " if version == 0x6B3343CF else b"quic "
    key, vector, mask_key = (
        expanded(secret, prefix + label, length) for label, length in ((b"key", 16), (b"iv", 12), (b"hp", 16))
    )
    frames = frames.ljust(size, b"\0")
    start = head(0, version, target, source, 1) + number(len(token)) + token + number(len(frames) + 18)
    start += struct.pack(">H", place)
    nonce = (int.from_bytes(vector, "big") ^ place).to_bytes(12, "big")
    body = sealed(key, nonce, frames, start)
    mask = aes(mask_key, body[2:18])
    masked = bytes([start[0] ^ mask[0] & 0x0F]) + start[1:-2] + bytes(a ^ b for a, b in zip(start[-2:], mask[1:3]))
    return masked + body


def crypto(data, offset=0):
    """A CRYPTO frame."""
    return b"\6" + number(offset) + number(len(data)) + data


def _extension(kind, content):
    return struct.pack(">HH", kind, len(content)) + content


def _vector(content, size=2):
    return len(content).to_bytes(size, "big") + content


def client_hello(name, extra=b""):
    """A ClientHello of TLS 1.3 with a reserved value in each list."""
    extensions = _extension(0x0A0A, b"") + _extension(0, _vector(b"\0" + _vector(name)))
    extensions += _extension(10, _vector(b"\x1a\x1a\0\x1d\0\x17")) + _extension(16, _vector(_vector(b"h3", 1)))
    extensions += _extension(13, _vector(b"\4\3\x08\4")) + _extension(43, _vector(b"\x2a\x2a\3\4", 1))
    extensions += _extension(51, _vector(b"\0\x1d" + _vector(bytes(range(32))))) + _extension(57, b"\1\2\x67\x10") + extra
    body = b"\3\3" + bytes(range(32)) + b"\0" + _vector(b"\x3a\x3a\x13\1\x13\2\x13\3") + b"\1\0" + _vector(extensions)
    return b"\1" + _vector(body, 3)


def server_hello():
    """A ServerHello of TLS 1.3."""
    extensions = _extension(51, b"\0\x1d" + _vector(bytes(range(32)))) + _extension(43, b"\3\4")
    return b"\2" + _vector(b"\3\3" + bytes(range(32)) + b"\0\x13\1\0" + _vector(extensions), 3)


def google(tags, version=b"Q043", target=b"\1\2\3\4\5\6\7\x08"):
    """A first packet of Google's versions before Q044, with a client's hello in a STREAM frame."""
    entries, values = b"", b""
    for tag, value in tags:
        values += value
        entries += tag.ljust(4, b"\0") + struct.pack("<I", len(values))
    message = b"CHLO" + struct.pack("<HH", len(tags), 0) + entries + values
    stream = b"\xa0\1" + struct.pack(">H", len(message)) + message
    return b"\x09" + target + version + b"\1" + bytes(12) + stream
