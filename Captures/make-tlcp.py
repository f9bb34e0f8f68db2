#!/usr/bin/env python3
"""Writes tlcp-certificates/: sessions of TLCP each with one fault of its certificates or of its key exchange, and good ones.

    make-tlcp.py [FOLDER]      # default: tlcp-certificates beside this script

`facts.json` has for each capture what the session is and what is wrong with it, `roots.pem` the root that is trusted.
`policy.pcap` has plain TLS, no TLS and TLCP at a service that must speak TLCP, by `site.yaml`. Only the standard
library is used, and the bytes are the same each time.
"""

import json
import pathlib

from arguments import folder
from certificates import AUTHORITY, ENCRYPTION, SIGNING, Certificate, RSAKey, SM2Key, distinguished
from packets import SECOND, Capture, Dice, Link, Talk, at

BEGIN = at("2026-11-26T02:00:00Z")
CLIENT, SERVER, NAME = "10.40.7.20", "10.31.4.80", "gateway.city.example"
SUITES = {
    0xE011: "ECDHE_SM4_CBC_SM3", 0xE013: "ECC_SM4_CBC_SM3", 0xE019: "RSA_SM4_CBC_SM3", 0xE051: "ECDHE_SM4_GCM_SM3",
    0xE053: "ECC_SM4_GCM_SM3",
}

ROOT = Certificate("root", SM2Key("root"), "City Test Root CA", usage=AUTHORITY,
                   valid=("2024-01-01T00:00:00Z", "2034-01-01T00:00:00Z"))
FOREIGN = Certificate("foreign-root", SM2Key("foreign-root"), "Other Root CA", usage=AUTHORITY,
                      valid=("2024-01-01T00:00:00Z", "2034-01-01T00:00:00Z"), organisation="Somebody Else")
RSA_ROOT = Certificate("rsa-root", RSAKey("rsa-root"), "City Test RSA Root CA", usage=AUTHORITY,
                       valid=("2024-01-01T00:00:00Z", "2034-01-01T00:00:00Z"))
SHA1_ROOT = Certificate("sha1-root", RSAKey("sha1-root", digest="sha1"), "City Test SHA-1 Root CA", usage=AUTHORITY,
                        valid=("2024-01-01T00:00:00Z", "2034-01-01T00:00:00Z"))
OLD_ISSUER = Certificate("old-issuer", SM2Key("old-issuer"), "City Test Issuing CA 1", ROOT, AUTHORITY,
                         valid=("2024-01-01T00:00:00Z", "2026-06-01T00:00:00Z"))


def pair(label, issuer=ROOT, keys=None, usages=(SIGNING, ENCRYPTION), commons=(NAME, NAME), names=(NAME,), **rest):
    """A signing and an encryption certificate."""
    return [
        Certificate(f"{label}-{part}", keys[place] if keys else SM2Key(f"{label}-{part}"), commons[place], issuer,
                    usages[place], names, **rest)
        for place, part in enumerate(("sign", "enc"))
    ]


def record(kind, body, version=0x0101):
    """Records of TLS: type (8) | version (16) | length (16) | payload."""
    cut = [body[start : start + 16384] for start in range(0, len(body), 16384)]
    return b"".join(bytes([kind]) + version.to_bytes(2, "big") + len(part).to_bytes(2, "big") + part for part in cut)


def message(kind, body):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def vector(data, size=2):
    return len(data).to_bytes(size, "big") + data


class Session:
    """A session of TLCP: what is told of it, and its bytes."""

    def __init__(self, label, about, chain, suite=0xE053, findings=(), asked=NAME, client=None, signer=None,
                 signs=None, swapped=False):
        self.label, self.about, self.chain, self.suite, self.findings = label, about, chain, suite, list(findings)
        self.asked, self.client, self.dice = asked, client, Dice("tlcp", label)
        self.randoms = self.dice.bytes(32) + self.dice.bytes(32)
        # The certificate whose key signs the exchange, and the one that it is to encrypt to.
        self.signer = signer or chain[1 if swapped else 0]
        own = chain[0 if swapped else 1] if len(chain) > 1 else chain[0]
        self.signed = (signs or self.randoms) + vector(own.der, 3)
        self.is_ephemeral = suite in (0xE011, 0xE051)

    def hellos(self):
        name = vector(b"\x00" + vector(self.asked.encode()))
        extensions = vector(b"\x00\x00" + vector(name))
        ask = b"\x01\x01" + self.randoms[:32] + b"\x00" + vector(self.suite.to_bytes(2, "big")) + b"\x01\x00" + extensions
        answer = b"\x01\x01" + self.randoms[32:] + b"\x00" + self.suite.to_bytes(2, "big") + b"\x00"
        return message(1, ask), message(2, answer)

    def exchange(self):
        """ServerKeyExchange (GB/T 38636-2020 §6.4.4.4)."""
        if not self.is_ephemeral:
            return vector(self.signer.key.sign(self.signed))
        point = SM2Key(f"{self.label}-ephemeral").point
        told = b"\x03\x00\x29" + vector(b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big"), 1)
        return told + vector(self.signer.key.sign(self.signed[:64] + told))

    @staticmethod
    def certificates(chain):
        return message(11, vector(b"".join(vector(own.der, 3) for own in chain), 3))

    def play(self, link, time, port):
        ask, answer = self.hellos()
        talk = Talk(link, time, CLIENT, port, SERVER, 443).open()
        talk.ask(record(22, ask))
        own = self.exchange()
        flight = answer + self.certificates(self.chain) + message(12, own)
        if self.client is not None:
            flight += message(13, vector(b"\x40", 1) + vector(vector(distinguished(ROOT.subject))))
        talk.answer(record(22, flight + message(14, b"")))
        keys = vector(self.dice.bytes(156))
        flight = b"" if self.client is None else self.certificates(self.client)
        flight += message(16, keys)
        if self.client:
            flight += message(15, vector(self.client[0].key.sign(self.dice.bytes(32))))
        talk.ask(record(22, flight) + record(20, b"\x01") + record(22, self.dice.bytes(80)))
        talk.answer(record(20, b"\x01") + record(22, self.dice.bytes(80)))
        talk.ask(record(23, self.dice.bytes(220)))
        talk.answer(record(23, self.dice.bytes(900)))
        talk.ask(record(21, self.dice.bytes(80))).answer(record(21, self.dice.bytes(80))).close()
        return {
            "client_port": port, "version": "TLCP 1.1", "resumed": False, "handshake_complete": True,
            "client_hello": {"cipher_suites": [self.suite_text], "server_name": self.asked},
            "server_hello": {"cipher_suite": self.suite_text}, "alerts": [],
            "server_certificates": [own.label for own in self.chain], "server_key_exchange_bytes": len(own),
            "client_certificates": None if self.client is None else [own.label for own in self.client],
            "client_key_exchange_bytes": len(keys),
            **({} if self.client is None else {"certificate_request": {"authorities": 1}}),
        }

    @property
    def suite_text(self):
        return f"{self.suite:04X} {SUITES[self.suite]}"


def good():
    clients = pair("client", commons=("A-145", "A-145"), names=())
    yield Session("good", "A pair as it should be.", pair("good"))
    yield Session("good-wildcard", "The certificates name all of a domain.",
                  pair("wildcard", commons=("*.city.example",) * 2, names=("*.city.example",)))
    yield Session("good-ecdhe", "ECDHE with pairs on both sides.", pair("ephemeral"), 0xE051, client=clients)
    yield Session("good-client", "ECC with a client that only signs.", pair("asking"), client=clients[:1])
    yield Session("good-rsa", "RSA of 2048 bits with SHA-256, where RSA suites are still allowed.",
                  pair("rsa", RSA_ROOT, [RSAKey("rsa-sign"), RSAKey("rsa-enc")]), 0xE019)


def faulty():
    def of(label, about, chain, *findings, **rest):
        return Session(label, about, chain, findings=findings, **rest)

    yield of("expired", "Both ended in June.", pair("expired", valid=("2024-06-01T00:00:00Z", "2026-06-01T00:00:00Z")),
             "certificate_expired")
    yield of("expired-issuer", "The pair is valid, its issuer is no more.",
             pair("old", OLD_ISSUER) + [OLD_ISSUER], "certificate_expired")
    yield of("not-yet-valid", "Both begin next year.",
             pair("early", valid=("2027-01-01T00:00:00Z", "2029-01-01T00:00:00Z")), "certificate_not_yet_valid")
    yield of("names-differ-server", "The client asked for another server.",
             pair("other", commons=("mail.city.example",) * 2, names=("mail.city.example",)), "names_differ")
    yield of("names-differ-pair", "The pair is of two servers.", pair("mixed", commons=(NAME, "mail.city.example")),
             "names_differ")
    yield of("foreign-issuer", "All is well, but for who says so.", pair("foreign", FOREIGN) + [FOREIGN],
             "foreign_issuer")
    leaf = Certificate("leaf", SM2Key("leaf"), "mail.city.example", ROOT)
    yield of("foreign-issuer-leaf", "The issuer was itself given a certificate for a server only.",
             pair("forged", leaf) + [leaf], "foreign_issuer")
    yield of("weak-rsa", "RSA of 1024 bits.",
             pair("short", RSA_ROOT, [RSAKey("short-sign", 1024), RSAKey("short-enc", 1024)]), "weak_certificate",
             suite=0xE019)
    yield of("weak-sha1", "RSA of 2048 bits, signed with SHA-1.",
             pair("sha1", SHA1_ROOT, [RSAKey("sha1-sign"), RSAKey("sha1-enc")]), "weak_certificate", suite=0xE019)
    yield of("bad-signature", "A bit of the issuer's signature was changed.", pair("damaged", damaged=True) + [ROOT],
             "bad_signature", "foreign_issuer")
    both = SIGNING + ENCRYPTION
    one = Certificate("one", SM2Key("one"), NAME, ROOT, both, (NAME,))
    yield of("one-certificate-twice", "One certificate for both roles.", [one, one], "one_certificate_twice")
    key = SM2Key("shared")
    yield of("one-key-twice", "Two certificates on one key.", pair("shared", keys=[key, key]), "one_certificate_twice")
    yield of("encryption-missing", "A server with one certificate.", pair("alone")[:1],
             "encryption_certificate_missing")
    yield of("encryption-missing-client", "ECDHE, and the client shows only one.", pair("host"),
             "encryption_certificate_missing", suite=0xE051, client=pair("single", names=())[:1])
    yield of("swapped", "The encryption certificate comes first.", pair("swapped")[::-1], "certificates_swapped",
             "wrong_key_usage", swapped=True)
    yield of("wrong-key-usage", "Both may only sign.", pair("usage", usages=(SIGNING, SIGNING)), "wrong_key_usage")
    stolen = pair("stolen")
    thief = Certificate("thief", SM2Key("thief"), NAME, ROOT)
    yield of("bad-key-exchange", "Somebody shows certificates without having their keys.", stolen,
             "bad_key_exchange", signer=thief)
    yield of("bad-key-exchange-ecdhe", "The same with ECDHE.", pair("robbed"), "bad_key_exchange", suite=0xE051,
             signer=thief, client=pair("victim", names=()))
    yield of("bad-key-exchange-replayed", "A signature of another session.", pair("replayed"), "bad_key_exchange",
             signs=bytes(range(64)))
    escrow = pair("escrow")
    yield of("bad-key-exchange-escrow", "Signed by the encryption key, of which the issuer keeps a copy.", escrow,
             "bad_key_exchange", signer=escrow[1])
    yield of("bad-key-exchange-rsa", "The same as the first, with RSA.",
             pair("lent", RSA_ROOT, [RSAKey("lent-sign"), RSAKey("lent-enc")]), "bad_key_exchange", suite=0xE019,
             signer=Certificate("rsa-thief", RSAKey("rsa-thief"), NAME, RSA_ROOT))


def policy(target):
    """A service that must speak TLCP: plain TLS, cleartext, TLCP; and another, of which nothing is asked."""
    capture = Capture()
    link = Link(capture, "policy", ("10.40.",))
    weak = Certificate("plain", RSAKey("plain", digest="sha1"), NAME, SHA1_ROOT, SIGNING + ENCRYPTION, (NAME,))
    dice = Dice("policy")
    for number, server in enumerate((SERVER, "10.31.4.81")):
        time = BEGIN + number * 60 * SECOND
        talk = Talk(link, time, CLIENT, 41_000 + number, server, 443).open()
        name = vector(b"\x00" + vector(NAME.encode()))
        hello = b"\x03\x03" + dice.bytes(32) + b"\x00" + vector(b"\x00\x9c\x00\x2f") + b"\x01\x00"
        talk.ask(record(22, message(1, hello + vector(b"\x00\x00" + vector(name))), 0x0301))
        answer = message(2, b"\x03\x03" + dice.bytes(32) + b"\x00\x00\x9c\x00")
        talk.answer(record(22, answer + Session.certificates([weak]) + message(14, b""), 0x0303))
        talk.ask(record(22, message(16, vector(dice.bytes(256))), 0x0303) + record(20, b"\x01", 0x0303)
                 + record(22, dice.bytes(40), 0x0303))
        talk.answer(record(20, b"\x01", 0x0303) + record(22, dice.bytes(40), 0x0303))
        talk.ask(record(23, dice.bytes(200), 0x0303)).answer(record(23, dice.bytes(900), 0x0303)).close()
        talk = Talk(link, time + 20 * SECOND, CLIENT, 42_000 + number, server, 8080).open()
        talk.ask(f"GET /login HTTP/1.1\r\nHost: {NAME}\r\nAccept: */*\r\n\r\n".encode())
        talk.answer(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello").close()
    Session("policy", "", pair("policy")).play(link, BEGIN + 40 * SECOND, 43_000)
    capture.write(target / "policy.pcap")
    (target / "site.yaml").write_text(
        "districts: [{id: GZ, name: 桂洲镇}]\nunits: [{id: U-1, name: 数据局, district: GZ}]\naccess_points:\n"
        "  - {id: A-S, name: centre, unit: U-1, type: leased, ranges: [10.31.4.0/24]}\n"
        "  - {id: A-D, name: dial-in, unit: U-1, type: pppoe, ranges: [10.40.0.0/16]}\nassets:\n"
        f"  - {{id: S-1, name: gateway, address: {SERVER}, role: web, must_speak: tlcp, must_speak_ports: [443, 8080]}}\n"
        "  - {id: S-2, name: intranet, address: 10.31.4.81, role: web}\n"
    )


def main():
    target = folder(__doc__, pathlib.Path(__file__).resolve().parent / "tlcp-certificates")
    target.mkdir(exist_ok=True)
    certificates, captures = {}, []
    for number, session in enumerate([*good(), *faulty()]):
        capture, time = Capture(), BEGIN + number * 60 * SECOND
        flow = session.play(Link(capture, session.label, ("10.40.",)), time, 40_000 + number)
        capture.write(target / f"{session.label}.pcap")
        captures.append({"file": f"{session.label}.pcap", "about": session.about, "findings": session.findings,
                         "flows": [flow]})
        for own in session.chain + (session.client or []):
            certificates[own.label] = own.facts
    facts = {"captures": captures, "certificates": certificates}
    (target / "facts.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
    (target / "roots.pem").write_text(ROOT.pem + RSA_ROOT.pem + SHA1_ROOT.pem)
    policy(target)


main()
