#!/usr/bin/env python3
"""Records real TLS sessions between openssl's client and server into tls/*.hex.

Run once, its results are kept: a session that is there already is not recorded again.

Each line of a recording is `>` (client) or `<` (server) and the bytes in hexadecimal, as they crossed a
relay on the loopback interface. Keys and randoms differ from run to run: the generators of captures read
the kept files, never openssl.

    record-tls.py # needs the openssl command
"""

import pathlib
import socket
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent / "tls"
SESSIONS = {  # name: (subject, extra client arguments, key, answer's length)
    "portal": (
        "/C=CN/ST=Guangdong/L=Zhuhai/O=City Data Centre/CN=www.city.example",
        ["-servername", "www.city.example", "-tls1_3", "-alpn", "h2,http/1.1"],
        "ec",
        900,
    ),
    "mail": (
        "/C=CN/O=City Mail/CN=mail.city.example",
        ["-servername", "mail.city.example", "-tls1_2"],
        "rsa",
        1400,
    ),
    "update": (
        "/C=CN/O=Example Software/CN=*.update.example",
        ["-servername", "edge7.update.example", "-tls1_3"],
        "rsa",
        2600,
    ),
    "news": (
        "/C=CN/O=Example News/CN=static.news.example",
        ["-servername", "static.news.example", "-tls1_2", "-alpn", "http/1.1"],
        "ec",
        3000,
    ),
    "bank": (
        "/C=CN/O=Example Bank/OU=Net Banking/CN=ebank.bank.example",
        ["-servername", "ebank.bank.example", "-tls1_2"],
        "rsa",
        1100,
    ),
    "teamserver": (
        "/ST=Cyberspace/L=Somewhere/O=cobaltstrike/OU=AdvancedPenTesting/CN=Major Cobalt Strike",
        ["-servername", "status.example", "-tls1_2"],
        "rsa",
        300,
    ),
    "metasploit": ("/CN=MetasploitSelfSignedCA", ["-noservername", "-tls1_2"], "rsa", 300),
    "bare": ("/C=CN/O=City Data Centre/CN=10.31.4.30", ["-noservername", "-tls1_2"], "ec", 300),
    "drive": (
        "/C=CN/O=Example Drive/CN=*.pcs.baidu.com",
        ["-servername", "c2.pcs.baidu.com", "-tls1_2"],
        "ec",
        200,
    ),
    "tunnel": (
        "/C=CN/O=Tunnel/CN=*.trycloudflare.com",
        ["-servername", "quiet-river-moon.trycloudflare.com", "-tls1_3"],
        "ec",
        200,
    ),
    "lookalike": (
        "/C=CN/O=Example/CN=*.example",
        ["-servername", "c2.pcs.baidu.com.example", "-tls1_2"],
        "ec",
        200,
    ),
    "address": ("/C=CN/O=Example/CN=203.0.113.80", ["-servername", "203.0.113.80", "-tls1_2"], "ec", 200),
    "strike": (
        "/C=CN/O=Example/CN=Major Cobalt",
        ["-servername", "www.cobalt.example", "-tls1_2"],
        "ec",
        200,
    ),
    "framework": ("/C=CN/O=Example/CN=SelfSignedCA", ["-noservername", "-tls1_2"], "ec", 200),
}


def pump(source, sink, mark, lines, lock):
    """Carries bytes one way and notes them."""
    while data := source.recv(65536):
        with lock:
            lines.append(f"{mark}{data.hex()}")
        sink.sendall(data)
    try:
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def record(name, subject, arguments, key, length):
    """One session: a fresh key and certificate, a server, the relay, a client that asks once."""
    with tempfile.TemporaryDirectory() as folder:
        kind = (
            ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
            if key == "ec"
            else ["-newkey", "rsa:2048"]
        )
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                *kind,
                "-nodes",
                "-days",
                "397",
                "-subj",
                subject,
                "-keyout",
                f"{folder}/k",
                "-out",
                f"{folder}/c",
            ],
            check=True,
            capture_output=True,
        )
        port = 40443
        server = subprocess.Popen(
            [
                "openssl",
                "s_server",
                "-accept",
                f"127.0.0.1:{port}",
                "-key",
                f"{folder}/k",
                "-cert",
                f"{folder}/c",
                "-naccept",
                "1",
                "-quiet",
                "-num_tickets",
                "1",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(0.5)
        listener = socket.create_server(("127.0.0.1", port + 1))
        client = subprocess.Popen(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{port + 1}", "-quiet", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        near, _ = listener.accept()
        far = socket.create_connection(("127.0.0.1", port))
        lines, lock = [], threading.Lock()
        pumps = [
            threading.Thread(target=pump, args=(near, far, ">", lines, lock)),
            threading.Thread(target=pump, args=(far, near, "<", lines, lock)),
        ]
        for thread in pumps:
            thread.start()
        time.sleep(0.4)
        client.stdin.write(b"GET / HTTP/1.1\r\nHost: server\r\nUser-Agent: client\r\nAccept: */*\r\n\r\n")
        client.stdin.flush()
        time.sleep(0.3)
        server.stdin.write(b"x" * length)
        server.stdin.flush()
        time.sleep(0.3)
        client.stdin.close()
        client.terminate()
        for thread in pumps:
            thread.join(timeout=3)
        server.terminate()
        listener.close()
        (HERE / f"{name}.hex").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for session, (subject_name, client_arguments, key_kind, answer_length) in SESSIONS.items():
        if (HERE / f"{session}.hex").exists():
            continue
        record(session, subject_name, client_arguments, key_kind, answer_length)
        print(session, (HERE / f"{session}.hex").stat().st_size)
