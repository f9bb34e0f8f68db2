"""What hosts say to each other: HTTP, DNS, NTP, TLS from recordings, SSH, as bytes or whole conversations."""

import binascii
import ipaddress
import pathlib
import struct

from gzipped import gzip
from packets import Dice

HERE = pathlib.Path(__file__).resolve().parent
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def encoded(text):
    """Bytes of a text, or the bytes themselves."""
    return text if isinstance(text, bytes) else text.encode()


# HTTP/1.1 (RFC 9112)


def request(method, target, host, headers=(), body=b"", agent=BROWSER):
    """An HTTP request; `headers` are pairs."""
    body = encoded(body)
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    if agent is not None:
        lines.append(f"User-Agent: {agent}")
    lines += [f"{name}: {value}" for name, value in headers]
    if body or method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def response(
    status="200 OK",
    body=b"",
    kind="text/html; charset=utf-8",
    headers=(),
    zipped=False,
    chunked=False,
    server="nginx/1.24.0",
):
    """An HTTP response, its body plain, compressed or in chunks."""
    body = encoded(body)
    lines = [f"HTTP/1.1 {status}", f"Server: {server}"] + ([f"Content-Type: {kind}"] if kind else [])
    lines += [f"{name}: {value}" for name, value in headers]
    if zipped:
        body = gzip(body)
        lines.append("Content-Encoding: gzip")
    if chunked:
        lines.append("Transfer-Encoding: chunked")
        pieces = [body[start : start + 1000] for start in range(0, len(body), 1000)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    elif not status.startswith("304"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def form(boundary, fields):
    """A multipart body (RFC 7578) of (name, file name or none, type, content)."""
    out = b""
    for name, file, kind, content in fields:
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        out += f'; filename="{file}"\r\nContent-Type: {kind}'.encode() if file else b""
        out += b"\r\n\r\n" + encoded(content) + b"\r\n"
    return out + f"--{boundary}--\r\n".encode()


# DNS (RFC 1035)

TYPES = {
    "A": 1,
    "NS": 2,
    "CNAME": 5,
    "SOA": 6,
    "NULL": 10,
    "PTR": 12,
    "MX": 15,
    "TXT": 16,
    "AAAA": 28,
    "SRV": 33,
    "AXFR": 252,
}
TYPES["HTTPS"] = 65


def name(text):
    """A name in wire form."""
    labels = [label for label in text.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def question(identifier, text, kind="A", edns=False):
    """A query with one question."""
    head = struct.pack(">HHHHHH", identifier, 0x0100, 1, 0, 0, 1 if edns else 0)
    option = b"\0" + struct.pack(">HHIH", 41, 1232, 0, 0) if edns else b""
    return head + name(text) + struct.pack(">HH", TYPES[kind], 1) + option


def record_data(kind, value):
    """The data of one record."""
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind in ("NS", "CNAME", "PTR"):
        return name(value)
    if kind == "MX":
        return struct.pack(">H", value[0]) + name(value[1])
    if kind == "SRV":
        return struct.pack(">HHH", *value[:3]) + name(value[3])
    if kind == "SOA":
        return name(value[0]) + name(value[1]) + struct.pack(">IIIII", *value[2:])
    if kind == "TXT":
        data = encoded(value)
        return b"".join(bytes([len(data[n : n + 255])]) + data[n : n + 255] for n in range(0, len(data), 255))
    return encoded(value)


def reply(identifier, text, kind="A", answers=(), code=0, authority=(), edns=False):
    """A response; records are (owner or none for the question's name, type, seconds, value)."""
    counts = (1, len(answers), len(authority), 1 if edns else 0)
    out = (
        struct.pack(">HHHHHH", identifier, 0x8180 | code, *counts)
        + name(text)
        + struct.pack(">HH", TYPES[kind], 1)
    )
    for owner, sort, seconds, value in [*answers, *authority]:
        data = record_data(sort, value)
        out += (
            (b"\xc0\x0c" if owner is None else name(owner))
            + struct.pack(">HHIH", TYPES[sort], 1, seconds, len(data))
            + data
        )
    return out + (b"\0" + struct.pack(">HHIH", 41, 1232, 0, 0) if edns else b"")


def lookup(
    link, time, client, server, text, kind="A", answers=(), code=0, authority=(), edns=False, delay=3000
):
    """A query over UDP and its response."""
    dice = Dice("dns", time, client, text, kind)
    identifier, port = dice.below(65536), dice.between(49152, 65000)
    link.udp(time, client, port, server, 53, question(identifier, text, kind, edns), 128)
    link.udp(
        time + delay,
        server,
        53,
        client,
        port,
        reply(identifier, text, kind, answers, code, authority, edns),
        62,
    )


# NTP (RFC 5905)


def ntp(link, time, client, server, delay=6000):
    """A client's request and the server's reply."""

    def stamp(microseconds):
        seconds, rest = divmod(microseconds, 1_000_000)
        return struct.pack(">II", (seconds + 2208988800) & 0xFFFFFFFF, (rest << 32) // 1_000_000)

    sent = stamp(time)
    link.udp(
        time,
        client,
        123,
        server,
        123,
        struct.pack(">BBbbII4s", 0x23, 0, 6, -20, 0, 0, b"\0\0\0\0") + bytes(24) + sent,
    )
    body = struct.pack(">BBbbII4s", 0x24, 2, 6, -23, 1200, 900, b"\x0a\x1f\x04\x02") + stamp(
        time - 37_000_000
    )
    link.udp(
        time + delay,
        server,
        123,
        client,
        123,
        body + sent + stamp(time + delay // 2) + stamp(time + delay // 2 + 30),
    )


# TLS: recorded sessions


def tls(talk, recording, most=100000):
    """Replays a recorded session over a conversation, then closes it."""
    talk.open()
    for line in (HERE / "tls" / f"{recording}.hex").read_text().split():
        data = bytes.fromhex(line[1:])[:most]
        if line[0] == ">":
            talk.ask(data, 900)
        else:
            talk.answer(data, 2200)
    return talk.close()


# SSH (RFC 4253)


def ssh_packet(body):
    """A packet that is not encrypted yet (RFC 4253 §6)."""
    padding = 16 - (len(body) + 5) % 8
    return struct.pack(">IB", len(body) + padding + 1, padding) + body + bytes(padding)


def ssh(talk, seed, accepted=False, client="SSH-2.0-OpenSSH_8.4p1 Debian-5", packets=4, closed=True):
    """Banners in clear, key exchange, then encrypted packets: few when the log-in failed, many when it went on."""
    dice = Dice("ssh", seed)
    talk.open().answer(b"SSH-2.0-OpenSSH_7.4\r\n").ask(encoded(client) + b"\r\n")
    lists = [
        "curve25519-sha256,diffie-hellman-group14-sha256",
        "ssh-ed25519,rsa-sha2-256",
        *["aes128-ctr,aes256-ctr"] * 2,
        *["hmac-sha2-256"] * 2,
        *["none"] * 2,
        "",
        "",
    ]
    for speak in (talk.ask, talk.answer):
        body = (
            b"\x14"
            + dice.bytes(16)
            + b"".join(struct.pack(">I", len(part)) + part.encode() for part in lists)
            + bytes(5)
        )
        speak(ssh_packet(body))
    key, blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + dice.bytes(
        32
    ), b"\0\0\0\x0bssh-ed25519\0\0\0\x40" + dice.bytes(64)
    talk.ask(ssh_packet(b"\x1e\0\0\0\x20" + dice.bytes(32)))
    whole = b"\x1f" + b"".join(struct.pack(">I", len(part)) + part for part in (key, dice.bytes(32), blob))
    talk.answer(ssh_packet(whole) + ssh_packet(b"\x15"))
    talk.ask(ssh_packet(b"\x15") + dice.bytes(44))
    for _ in range(packets):
        talk.answer(dice.bytes(52)).ask(dice.bytes(84))
    talk.answer(dice.bytes(36 if accepted else 68), 2_000_000 if not accepted else 4000)
    if accepted:
        for _ in range(12):
            talk.ask(dice.bytes(36 + 16 * dice.below(4)), 180_000).answer(
                dice.bytes(52 + 16 * dice.below(20))
            )
    return talk.close() if closed else talk


# Encodings and encrypted records


def base64(data):
    """Base64 with padding (RFC 4648 §4), as text."""
    return binascii.b2a_base64(data, newline=False).decode()


def records(talk, recording, rounds, seed):
    """The handshake of a recorded TLS session, then that many encrypted records each way, as of a desktop."""
    dice = Dice("records", seed)
    for line in (HERE / "tls" / f"{recording}.hex").read_text().split()[:4]:
        (talk.ask if line[0] == ">" else talk.answer)(bytes.fromhex(line[1:]), 3000)
    for _ in range(rounds):
        for speak, most in ((talk.ask, 90), (talk.answer, 700)):
            data = dice.bytes(dice.between(40, most))
            speak(b"\x17\x03\x03" + struct.pack(">H", len(data)) + data, 400_000)
    return talk
