"""Certificates and signatures of TLCP, written with the standard library alone: SM3, SM2, RSA, and X.509 in DER.

Keys and the random numbers of signatures are drawn by name (`Dice`), so that the same certificates come out on every
machine. They are for captures: nobody should trust such a key with anything.
"""

import hashlib

from packets import Dice

# The curve of SM2 (GB/T 32918.5).
PRIME = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
BASE = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
# The identity of signers who have none of their own (GM/T 0009 §10).
IDENTITY = b"1234567812345678"


def rotated(word, count):
    count %= 32
    return (word << count | word >> (32 - count)) & 0xFFFFFFFF if count else word


def sm3(data):
    """The digest SM3 (GB/T 32905)."""
    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + (len(data) * 8).to_bytes(8, "big")
    for start in range(0, len(padded), 64):
        words = [int.from_bytes(padded[start + i : start + i + 4], "big") for i in range(0, 64, 4)]
        for j in range(16, 68):
            mixed = words[j - 16] ^ words[j - 9] ^ rotated(words[j - 3], 15)
            mixed ^= rotated(mixed, 15) ^ rotated(mixed, 23)
            words.append(mixed ^ rotated(words[j - 13], 7) ^ words[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            constant = 0x79CC4519 if j < 16 else 0x7A879D8A
            first = rotated((rotated(a, 12) + e + rotated(constant, j)) & 0xFFFFFFFF, 7)
            second = first ^ rotated(a, 12)
            chosen = a ^ b ^ c if j < 16 else a & b | a & c | b & c
            other = e ^ f ^ g if j < 16 else e & f | ~e & g
            one = (chosen + d + second + (words[j] ^ words[j + 4])) & 0xFFFFFFFF
            two = (other + h + first + words[j]) & 0xFFFFFFFF
            a, b, c, d = one, a, rotated(b, 9), c
            e, f, g, h = two ^ rotated(two, 9) ^ rotated(two, 17), e, rotated(f, 19), g
        state = [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h))]
    return b"".join(word.to_bytes(4, "big") for word in state)


def plus(left, right):
    """The sum of two points of the curve; None is the point at infinity."""
    if left is None or right is None:
        return left or right
    if left[0] == right[0]:
        if (left[1] + right[1]) % PRIME == 0:
            return None
        slope = (3 * left[0] ** 2 + A) * pow(2 * left[1], -1, PRIME)
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, PRIME)
    x = (slope**2 - left[0] - right[0]) % PRIME
    return x, (slope * (left[0] - x) - left[1]) % PRIME


def times(factor, point):
    result = None
    while factor:
        if factor & 1:
            result = plus(result, point)
        point, factor = plus(point, point), factor >> 1
    return result


def octets(number, count=32):
    return number.to_bytes(count, "big")


# DER (X.690).


def der(tag, *parts):
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = (len(body).bit_length() + 7) // 8
    return bytes([tag, 128 | size]) + len(body).to_bytes(size, "big") + body


def integer(number):
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def identifier(text):
    first, second, *rest = (int(part) for part in text.split("."))
    body = b""
    for number in [first * 40 + second, *rest]:
        digits = [number & 127]
        while number := number >> 7:
            digits.append(number & 127 | 128)
        body += bytes(reversed(digits))
    return der(6, body)


def sequence(*parts):
    return der(0x30, *parts)


def bits(data, unused=0):
    return der(3, bytes([unused]), data)


class SM2Key:
    """A key of SM2 and what it signs with it: SM2 with SM3 (GB/T 32918.2)."""

    algorithm = sequence(identifier("1.2.156.10197.1.501"))
    name, signature = "SM2", "SM2-with-SM3"

    def __init__(self, name):
        self.dice = Dice("sm2", name)
        self.secret = int.from_bytes(self.dice.bytes(32), "big") % (ORDER - 2) + 1
        self.point = times(self.secret, BASE)

    @property
    def information(self):
        """SubjectPublicKeyInfo."""
        kind = sequence(identifier("1.2.840.10045.2.1"), identifier("1.2.156.10197.1.301"))
        return sequence(kind, bits(b"\x04" + octets(self.point[0]) + octets(self.point[1])))

    def sign(self, message):
        curve = b"".join(octets(number) for number in (A, B, *BASE, *self.point))
        own = sm3((len(IDENTITY) * 8).to_bytes(2, "big") + IDENTITY + curve)
        digest = int.from_bytes(sm3(own + message), "big")
        while True:
            draw = int.from_bytes(self.dice.bytes(32), "big") % (ORDER - 1) + 1
            r = (digest + times(draw, BASE)[0]) % ORDER
            s = pow(1 + self.secret, -1, ORDER) * (draw - r * self.secret) % ORDER
            if r and s and r + draw != ORDER:
                return sequence(integer(r), integer(s))


class RSAKey:
    """A key of RSA, which signs with PKCS #1 v1.5 (RFC 8017 §8.2) and SHA-1 or SHA-256."""

    name = "RSA"
    digests = {
        "sha1": ("1.2.840.113549.1.1.5", "1.3.14.3.2.26", "sha1WithRSAEncryption"),
        "sha256": ("1.2.840.113549.1.1.11", "2.16.840.1.101.3.4.2.1", "sha256WithRSAEncryption"),
    }

    def __init__(self, name, size=2048, digest="sha256"):
        dice, self.size, self.digest = Dice("rsa", name), size, digest
        first, second = self.prime(dice, size // 2), self.prime(dice, size // 2)
        self.modulus, self.exponent = first * second, 65537
        self.secret = pow(self.exponent, -1, (first - 1) * (second - 1))
        self.algorithm = sequence(identifier(self.digests[digest][0]), der(5))
        self.signature = self.digests[digest][2]

    @staticmethod
    def prime(dice, size):
        """A number that passes 24 rounds of Miller and Rabin, with its two highest bits set."""
        while True:
            number = int.from_bytes(dice.bytes(size // 8), "big") | 3 << size - 2 | 1
            if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
                continue
            if number % 65537 == 1 or pow(2, number - 1, number) != 1:
                continue
            odd, twos = number - 1, 0
            while odd % 2 == 0:
                odd, twos = odd // 2, twos + 1

            def passes(base):
                value = pow(base, odd, number)
                return value in (1, number - 1) or any(
                    (value := value * value % number) == number - 1 for _ in range(twos - 1)
                )

            if all(passes(2 + dice.below(1 << 60)) for _ in range(24)):
                return number

    @property
    def information(self):
        key = sequence(integer(self.modulus), integer(self.exponent))
        return sequence(sequence(identifier("1.2.840.113549.1.1.1"), der(5)), bits(key))

    def sign(self, message):
        value = hashlib.new(self.digest, message).digest()
        told = sequence(sequence(identifier(self.digests[self.digest][1]), der(5)), der(4, value))
        count = self.size // 8
        padded = b"\x00\x01" + b"\xff" * (count - len(told) - 3) + b"\x00" + told
        return octets(pow(int.from_bytes(padded, "big"), self.secret, self.modulus), count)


PARTS = {"C": "2.5.4.6", "O": "2.5.4.10", "OU": "2.5.4.11", "CN": "2.5.4.3"}
USAGES = ["digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
          "keyCertSign", "cRLSign"]
SIGNING, ENCRYPTION, AUTHORITY = USAGES[:2], USAGES[2:5], USAGES[5:]


def distinguished(parts):
    """A name, from a list of pairs."""
    return sequence(
        *(der(0x31, sequence(identifier(PARTS[key]), der(0x13 if key == "C" else 0x0C, value.encode())))
          for key, value in parts)
    )


class Certificate:
    """A certificate of X.509 (RFC 5280) and the key that it is of.

    `issuer` is another certificate, or None for one that signs itself. Times are as `2026-01-01T00:00:00Z`.
    """

    def __init__(self, label, key, common, issuer=None, usage=SIGNING, names=(), valid=None, damaged=False,
                 organisation="Fengsui Test"):
        self.label, self.key, self.usage, self.names = label, key, usage, list(names)
        self.valid = valid or ("2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z")
        self.subject = [("C", "CN"), ("O", organisation), ("CN", common)]
        self.issuer = issuer or self
        self.serial = int.from_bytes(Dice("serial", label).bytes(8), "big") >> 1
        signer = self.issuer.key
        told = sequence(
            der(0xA0, integer(2)), integer(self.serial), signer.algorithm, distinguished(self.issuer.subject),
            sequence(*(der(0x17, self.short(time)) for time in self.valid)), distinguished(self.subject),
            key.information, der(0xA3, sequence(*self.extensions())),
        )
        signature = signer.sign(told)
        if damaged:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        self.der = sequence(told, signer.algorithm, bits(signature))

    @staticmethod
    def short(time):
        return (time[2:].replace("-", "").replace("T", "").replace(":", "")).encode()

    def extensions(self):
        def extension(number, value, critical=False):
            flag = der(1, b"\xff") if critical else b""
            return sequence(identifier(f"2.5.29.{number}"), flag, der(4, value))

        if self.usage is AUTHORITY:
            yield extension(19, sequence(der(1, b"\xff")), True)
        if self.usage:
            mask = sum(0x80 >> USAGES.index(name) for name in self.usage)
            unused = (mask & -mask).bit_length() - 1
            yield extension(15, bits(bytes([mask]), unused), True)
        if self.names:
            yield extension(17, sequence(*(der(0x82, name.encode()) for name in self.names)))

    @property
    def facts(self):
        """What it says, as the facts of captures tell it."""

        def text(parts):
            return ",".join(f"{key}={value}" for key, value in reversed(parts))

        serial = f"{self.serial:X}"
        return {
            "label": self.label, "serial": "0" * (len(serial) % 2) + serial, "subject": text(self.subject),
            "issuer": text(self.issuer.subject), "not_before": self.valid[0], "not_after": self.valid[1],
            "key_usage": self.usage, "subject_alt_name": [f"DNS:{name}" for name in self.names],
            "public_key": {"RSA": "rsaEncryption"}.get(self.key.name, self.key.name),
            "signature_algorithm": self.issuer.key.signature,
        }

    @property
    def pem(self):
        import base64

        body = base64.encodebytes(self.der).decode().replace("\n", "")
        lines = [body[start : start + 64] for start in range(0, len(body), 64)]
        return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])
