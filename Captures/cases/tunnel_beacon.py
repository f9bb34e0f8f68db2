"""Cases of tunnel-beacon.rules."""

import hashlib
import struct

import protocols
from cases import BROWSER, OUTSIDE, answer, get, out, post, speech, web
from packets import SECOND, Dice
from protocols import base64, lookup, request, response

RESOLVER = "10.31.4.2"
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
BINARY = "application/octet-stream"


def lookups(texts, kind="A", answers=(), every=SECOND, server=RESOLVER):
    """Names that the case's client looks up."""

    def play(case):
        case.place(False)
        for number, text in enumerate(texts):
            lookup(case.link, case.start + number * every, case.client, server, text, kind, answers)

    return play


def words(seed, length, alphabet=LETTERS):
    """Letters of an encoding."""
    return "".join(alphabet[byte % len(alphabet)] for byte in Dice("words", seed).bytes(length))


def echoes(count, payload, every=SECOND):
    """Echo requests with their replies, all with such a payload."""

    def play(case):
        case.place(False)
        for number in range(count):
            case.link.ping(case.start + number * every, case.client, OUTSIDE, 7, number, payload(number))

    return play


def secure(recording):
    """A recorded TLS session of an inside host with an outside server."""

    def play(case):
        protocols.tls(case.talk(OUTSIDE, 443, False), recording)

    return play


def names(theme):
    """Tunnels in DNS, and names of attackers' services."""
    hit, miss = theme.hit, theme.miss
    hit(
        9000501,
        "15 long names in 15 seconds",
        lookups([f"{words(n, 48)}.{words(-n, 20)}.t.tunnel.example" for n in range(1, 16)]),
    )
    miss(
        9000501,
        "5 long names",
        lookups([f"{words(n, 48)}.{words(-n, 20)}.t.tunnel.example" for n in range(21, 26)]),
    )
    miss(
        9000501,
        "15 names of a content network",
        lookups([f"img{n}-e1872a3f09c5.south-2.gslb.cdn.example" for n in range(15)]),
    )
    slow = [f"{words((n, 'slow'), 48)}.{words((n, 'more'), 30)}.{n}.tunnel.example" for n in range(10)]
    hit(9000531, "10 long names in 5 minutes", lookups(slow, every=30 * SECOND))
    miss(9000531, "10 names of a content network", lookups([f"img{n}-e1872a3f09c5.south-2.gslb.cdn.example" for n in range(10)], every=30 * SECOND))
    texts = [(None, "TXT", 1, words("answer", 210))]
    hit(9000502, "12 long texts", lookups([f"q{n}.t.tunnel.example" for n in range(12)], "TXT", texts))
    miss(
        9000502,
        "12 short texts",
        lookups([f"q{n}.mail.example" for n in range(12)], "TXT", [(None, "TXT", 300, "v=spf1 -all")]),
    )
    hit(
        9000503,
        "6 queries of type NULL",
        lookups([f"z{n}.t.tunnel.example" for n in range(6)], "NULL", [(None, "NULL", 0, b"VACK\0\0\5\2\1")]),
    )
    miss(9000503, "2 queries of type NULL", lookups([f"z{n}.t.tunnel.example" for n in range(2)], "NULL"))
    miss(9000503, "6 queries of another type", lookups([f"z{n}.mail.example" for n in range(6)], "MX"))
    hit(9000504, "dnscat by address", lookups(["dnscat.d18301cc5f0000"], "TXT"))
    miss(9000504, "a name that ends so", lookups(["www.dnscat.example"]))
    hit(9000505, "data after post", lookups(["post.1a3f09c5b7d2e4.4a1b2c3d.tunnel.example"]))
    miss(9000505, "the post office", lookups(["post.city.example", "post.2026.city.example"]))
    for sid, bad, good in (
        (9000506, "x7.abc123.dnslog.cn", "www.mydnslog.cn.example"),
        (9000507, "t1.8s2k.ceye.io", "niceye.io"),
        (9000508, "c23b2la0kl1krjcrdj10cndmnioyyyyyn.oast.pro", "www.toast.pro"),
    ):
        hit(sid, bad, lookups([bad]))
        miss(sid, good, lookups([good]))


def beacons(theme):
    """Echo tunnels, Cobalt Strike, certificates, programs fetched."""
    hit, miss = theme.hit, theme.miss
    hit(9000509, "12 requests with 400 changing bytes", echoes(12, lambda n: Dice("echo", n).bytes(400)))
    miss(9000509, "12 large requests of Windows", echoes(12, lambda n: b"abcdefghijklmnopqrstuvw" * 20))
    miss(9000509, "12 large requests of Linux", echoes(12, lambda n: bytes(8) + bytes(range(16, 256)) * 2))
    miss(9000509, "4 requests with unusual bytes", echoes(4, lambda n: Dice("few", n).bytes(400)))
    secret = base64(Dice("metadata").bytes(128))
    hit(9000510, "session in a cookie", out(get("/pixel.gif", [("Cookie", secret)])))
    miss(
        9000510,
        "such a path with a usual cookie",
        out(get("/pixel.gif", [("Cookie", "id=" + secret[:60] + "; v=1")])),
    )
    miss(9000510, "such a cookie with another path", out(get("/index.html", [("Cookie", secret)])))
    hit(
        9000511,
        "results of a beacon",
        out(post("/submit.php?id=18372", b"\0\0\0\x40" + Dice("result").bytes(64), BINARY)),
    )
    miss(9000511, "a form", out(post("/submit.php?id=18372", "name=zhang")))
    code = bytes.fromhex("fc4883e4f0e8c8000000") + Dice("code").bytes(700)
    hit(
        9000513,
        "four letters, then code",
        out(
            (
                get("/7xQd", agent="Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2)"),
                response(body=code, kind=BINARY),
            )
        ),
    )
    miss(
        9000513,
        "four letters, then a page",
        out(
            (
                get("/news", agent="Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2)"),
                response(body="<html>news</html>"),
            )
        ),
    )
    miss(
        9000513,
        "a longer path, then the same bytes",
        out((get("/files/7xQd.bin"), response(body=code, kind=BINARY))),
    )
    for sid, bad, good in (
        (9000524, "teamserver", "strike"),
        (9000525, "metasploit", "framework"),
        (9000526, "tunnel", "portal"),
        (9000527, "address", "mail"),
    ):
        hit(sid, f"recording {bad}", secure(bad))
        miss(sid, f"recording {good}", secure(good))
    hit(9000529, "certutil", out(request("GET", "/a.exe", "files.example", agent="CertUtil URL Agent")))
    miss(
        9000529,
        "certutil asks for a revocation list",
        out(request("GET", "/root.crl", "pki.example", agent="CertUtil URL Agent")),
    )
    miss(
        9000529,
        "a browser fetches a program",
        out(request("GET", "/setup.exe", "files.example", agent=BROWSER)),
    )
    hit(9000530, "a script by address", out(request("GET", "/init.sh", "203.0.113.80", agent="curl/7.61.1")))
    miss(9000530, "a script by name", out(request("GET", "/install.sh", "get.example", agent="curl/7.61.1")))
    miss(9000530, "a page by address", out(request("GET", "/status", "203.0.113.80", agent="curl/7.61.1")))


def managers(theme):
    """Tunnels through web servers, and managers of web shells."""
    hit, miss = theme.hit, theme.miss
    login = b'{"version":"0.34.3","hostname":"","os":"linux","arch":"amd64","user":"","privilege_key":"b1946ac92492d2347c6235b4d2611184","timestamp":1793600000,"run_id":"","pool_count":1}'
    hit(
        9000514,
        "log-in",
        speech(
            7000, b"o" + struct.pack(">Q", len(login)) + login, b"1" + bytes(8), server=OUTSIDE, outside=False
        ),
    )
    note = b'{"version":"1","run_id":"7","note":"no privilege_key here"}'
    miss(
        9000514,
        "other JSON with a length",
        speech(
            7000, b"o" + struct.pack(">Q", len(note)) + note, b"1" + bytes(8), server=OUTSIDE, outside=False
        ),
    )
    hit(
        9000515,
        "greeting",
        speech(8024, b"TST\x06\0\0\x000.26.0\x06\0\0\x000.26.0", b"d8a1", server=OUTSIDE, outside=False),
    )
    miss(
        9000515,
        "a test of something else",
        speech(8024, b"TST\x04\0\0\x00ping", b"pong", server=OUTSIDE, outside=False),
    )
    hit(
        9000516,
        "connection to an inside port",
        web(
            post(
                "/up/tunnel.jsp?cmd=connect",
                "",
                BINARY,
                [("X-CMD", "CONNECT"), ("X-TARGET", "10.31.4.21"), ("X-PORT", "3306")],
            )
        ),
    )
    miss(
        9000516,
        "other headers",
        web(post("/up/tunnel.jsp?cmd=connect", "", BINARY, [("X-CMD", "LIST"), ("X-PORT", "3306")])),
    )
    hit(9000517, "all seems fine", answer("Georg says, 'All seems fine'", "/up/tunnel.jsp"))
    miss(9000517, "a letter from Georg", answer("Georg says all seems fine in Zhuhai."))
    phone = "Mozilla/5.0 (Linux; Android 6.0; Nexus 5 Build/MRA58N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.{} Mobile Safari/537.36"
    hit(
        9000518,
        "default user agent",
        web(post("/up/s.jsp", Dice("suo5").bytes(80), BINARY, agent=phone.format("1.2.3"))),
    )
    miss(9000518, "a real phone", web(get("/", agent=phone.format("0.5414.86"))))
    accept = [("Accept", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2")]
    hit(
        9000519, "encrypted call", web(post("/up/b.jsp", base64(Dice("behinder").bytes(300)), BINARY, accept))
    )
    miss(
        9000519, "a Java client's form", web(post("/api/save.jsp", "name=zhang&office=3" * 8, headers=accept))
    )
    key = hashlib.md5(b"key").hexdigest()[:16]
    mark = hashlib.md5(b"pass" + key.encode()).hexdigest().upper()
    said = mark[:16] + base64(Dice("godzilla").bytes(64)) + mark[16:]
    call = post("/up/g.jsp", "pass=" + base64(Dice("call").bytes(90)).replace("+", "%2B"))
    hit(9000520, "answer between the halves", web((call, response(body=said))))
    miss(
        9000520,
        "answer between others",
        web((call, response(body="0123456789ABCDEF" + said[16:-16] + "FEDCBA9876543210"))),
    )
    hit(9000521, "own name", web(post("/up/a.php", "x=1", agent="antSword/v2.1")))
    miss(9000521, "another sword", web(post("/up/a.php", "x=1", agent="Sword/2.1")))
    hit(
        9000522,
        "PHP",
        web(
            post(
                "/up/a.php",
                "ant=%40ini_set(%22display_errors%22%2C%20%220%22)%3B%40set_time_limit(0)%3Becho%201%3B",
            )
        ),
    )
    miss(
        9000522,
        "an article on such settings",
        web(post("/forum/new", "text=ini_set(%22display_errors%22%2C%20%220%22)%3B%20set_time_limit(0)")),
    )
    hit(
        9000523,
        "encoded PHP",
        web(
            post(
                "/up/a.php",
                "x=%40eval(base64_decode(%24_POST%5Bz0%5D))%3B&z0="
                + base64(b'@ini_set("display_errors","0");@set_time_limit(0);'),
            )
        ),
    )
    miss(
        9000523,
        "another encoded text",
        web(post("/api/a", "z0=" + base64(b'ini_get("display_errors") and more of the text'))),
    )
    socket = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Sec-WebSocket-Version", "13"),
    ]
    denied = response("400 Bad Request", "no")
    hit(9000528, "chisel", out((get("/", [*socket, ("Sec-WebSocket-Protocol", "chisel-v3")]), denied)))
    miss(9000528, "chat", out((get("/", [*socket, ("Sec-WebSocket-Protocol", "chat")]), denied)))


def cases(theme):
    """All cases."""
    names(theme)
    beacons(theme)
    managers(theme)
