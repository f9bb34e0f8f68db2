"""Cases of login.rules."""

import struct

from cases import FILES, get, many, post, speech, web
from packets import SECOND, Dice
from protocols import response
from windows import SMBTalk, rdp_confirm, rdp_request

DENIED = response("401 Unauthorized", "no", headers=[("WWW-Authenticate", 'Basic realm="office"')])
WRONG = response(body='{"code":1,"msg":"wrong name or password"}', kind="application/json")
BASIC = [("Authorization", "Basic emhhbmc6bm90LXRoZS1vbmU=")]


def shells(count, banner, every=4 * SECOND, outside=True):
    """SSH connections that end after the banners."""
    return speech(
        22,
        b"SSH-2.0-OpenSSH_7.4\r\n",
        banner.encode() + b"\r\n",
        first="server",
        times=count,
        every=every,
        outside=outside,
    )


def shares(failures, succeeds=False):
    """SMB log-ins in one connection."""

    def play(case):
        smb = SMBTalk(case.link, case.start, case.place(False), case.port, FILES).negotiate()
        for number in range(failures + succeeds):
            smb.talk.now += SECOND
            smb.log_in("administrator", "FILESRV", accepted=number >= failures)
        smb.close()

    return play


def mysql(reason):
    """A server's greeting, a log-in, and what the server says to it."""
    greeting = (
        b"\x0a5.7.44-log\0\x2b\0\0\0"
        + b"abcdefgh\0"
        + b"\xff\xf7\x21\x02\0\xff\x81\x15"
        + bytes(10)
        + b"ijklmnopqrst\0mysql_native_password\0"
    )
    asks = (
        b"\x85\xa6\xff\x01\0\0\0\x01\x21"
        + bytes(23)
        + b"root\0\x14"
        + Dice("mysql").bytes(20)
        + b"mysql_native_password\0"
    )
    return (
        struct.pack("<I", len(greeting))[:3] + b"\0" + greeting,
        struct.pack("<I", len(asks))[:3] + b"\1" + asks,
        struct.pack("<I", len(reason))[:3] + b"\2" + reason,
    )


def sql_server(text):
    """A TDS answer with an error message ([MS-TDS] §2.2.7.10)."""
    words = text.encode("utf-16-le")
    token = (
        b"\xaa"
        + struct.pack("<HIBBH", 20 + len(words), 18456, 1, 14, len(text))
        + words
        + b"\x03D\0B\0"
        + b"1\0"
        + b"\0\1\0\0\0"
    )
    return b"\x04\x01" + struct.pack(">H", 8 + len(token)) + b"\0\x35\1\0" + token


def rates(theme):
    """Services on which passwords are guessed, and people who mistype."""
    hit, miss = theme.hit, theme.miss
    hit(9000401, "24 refusals in 24 seconds", many((get("/manager/html", BASIC, "Mozilla/5.0"), DENIED), 24))
    miss(
        9000401,
        "3 refusals and a success",
        web(*[(get("/console", BASIC), DENIED)] * 3, get("/console", BASIC)),
    )
    hit(
        9000402,
        "25 forms in 25 seconds",
        many((post("/user/login.do", "u=zhang&p=word", agent="Mozilla/5.0"), WRONG), 25),
    )
    miss(
        9000402,
        "3 forms in 15 seconds",
        many((post("/user/login.do", "u=zhang&p=word", agent="Mozilla/5.0"), WRONG), 3, 5 * SECOND),
    )
    miss(
        9000402,
        "25 entries of a log book",
        many((post("/catalogue/item.do", "u=zhang&p=word", agent="Mozilla/5.0"), WRONG), 25),
    )
    hit(9000403, "12 connections in 48 seconds", shells(12, "SSH-2.0-OpenSSH_9.2p1", outside=False))
    miss(9000403, "6 connections in 24 seconds", shells(6, "SSH-2.0-OpenSSH_9.2p1", outside=False))
    hit(9000404, "5 connections of a library from outside", shells(5, "SSH-2.0-paramiko_2.9.2"))
    miss(9000404, "5 connections of a client from outside", shells(5, "SSH-2.0-OpenSSH_9.2p1"))
    lines = (b"220 FTP\r\n", b"USER zhang\r\n", b"331 Password\r\n", b"PASS x\r\n")
    hit(
        9000405,
        "11 refusals in 44 seconds",
        speech(21, *lines, b"530 Login incorrect.\r\n", first="server", times=11, every=3 * SECOND),
    )
    miss(
        9000405,
        "3 refusals",
        speech(21, *lines, b"530 Login incorrect.\r\n", first="server", times=3, every=4 * SECOND),
    )
    hit(
        9000406,
        "11 connections in 33 seconds",
        speech(3389, rdp_request("user"), rdp_confirm(), times=11, every=3 * SECOND),
    )
    miss(
        9000406, "2 connections", speech(3389, rdp_request("user"), rdp_confirm(), times=2, every=3 * SECOND)
    )
    hit(9000407, "9 refusals in 9 seconds", shares(9))
    miss(9000407, "2 refusals, then let in", shares(2, True))
    hit(
        9000408,
        "9 refusals",
        speech(
            3306,
            *mysql(b"\xff\x15\x04#28000Access denied for user 'root'@'198.18.0.9' (using password: YES)"),
            first="server",
            times=9
        ),
    )
    miss(
        9000408,
        "9 log-ins to a database that is not there",
        speech(3306, *mysql(b"\xff\x19\x04#42000Unknown database 'office'"), first="server", times=9),
    )
    hit(
        9000409,
        "9 refusals",
        speech(
            6379,
            *[
                b"*2\r\n$4\r\nAUTH\r\n$3\r\n123\r\n",
                b"-WRONGPASS invalid username-password pair or user is disabled.\r\n",
            ],
            times=9
        ),
    )
    miss(
        9000409,
        "9 questions before the log-in",
        speech(6379, *[b"*1\r\n$4\r\nINFO\r\n", b"-NOAUTH Authentication required.\r\n"], times=9),
    )
    ask = b"\x10\x01\0\x40\0\0\1\0" + Dice("tds").bytes(56)
    hit(9000410, "9 refusals", speech(1433, ask, sql_server("Login failed for user 'sa'."), times=9))
    miss(9000410, "9 other errors", speech(1433, ask, sql_server("Invalid object name 'login'."), times=9))
    hit(
        9000411,
        "6 refusals",
        speech(
            23,
            b"login: ",
            b"root\r\n",
            b"Password: ",
            b"x\r\n",
            b"\r\nLogin incorrect\r\n",
            first="server",
            times=6,
            every=5 * SECOND,
        ),
    )
    miss(
        9000411,
        "2 refusals",
        speech(
            23,
            b"login: ",
            b"root\r\n",
            b"Password: ",
            b"x\r\n",
            b"\r\nLogin incorrect\r\n",
            first="server",
            times=2,
            every=5 * SECOND,
        ),
    )


def cases(theme):
    """All cases."""
    rates(theme)
    hit, miss = theme.hit, theme.miss
    default = post("/nacos/v1/auth/users/login", "username=nacos&password=nacos")
    form = post(
        "/prod-api/login", '{"username":"admin","password":"admin123","code":"7"}', "application/json"
    )
    hit(
        9000412,
        "admin, 123456 in a form",
        web((post("/oa/dologin", "username=admin&password=123456&remember=1"), WRONG)),
    )
    hit(9000412, "admin, admin123 in JSON", web((form, WRONG)))
    miss(
        9000412,
        "admin with a password of its own",
        web((post("/oa/dologin", "username=admin&password=123456Bridge&remember=1"), WRONG)),
    )
    miss(9000412, "a person with a weak password", web((default, WRONG)))
    given = response(
        body='{"code":200,"token":"eyJhbGciOiJIUzUxMiJ9.eyJsb2dpbl91c2VyX2tleSI6IjEifQ.x"}',
        kind="application/json",
    )
    hit(9000413, "a token for admin, admin123", web((form, given)), also=[9000412])
    miss(
        9000413,
        "a token for a person",
        web(
            (
                post(
                    "/prod-api/login",
                    '{"username":"zhang","password":"Bridge-88","code":"7"}',
                    "application/json",
                ),
                given,
            )
        ),
    )
    hit(
        9000414,
        "tomcat, tomcat",
        web((get("/manager/html", [("Authorization", "Basic dG9tY2F0OnRvbWNhdA==")]), DENIED)),
    )
    miss(9000414, "another name", web((get("/manager/html", BASIC), DENIED)))
    hit(
        9000416,
        "root",
        speech(
            21,
            b"220 FTP\r\n",
            b"USER root\r\n",
            b"331 Password\r\n",
            b"PASS toor\r\n",
            b"230 Login successful.\r\n",
            first="server",
        ),
    )
    miss(
        9000416,
        "a person",
        speech(
            21,
            b"220 FTP\r\n",
            b"USER zhang\r\n",
            b"331 Password\r\n",
            b"PASS Bridge-88\r\n",
            b"230 Login successful.\r\n",
            first="server",
        ),
    )
    miss(
        9000416,
        "root refused",
        speech(
            21,
            b"220 FTP\r\n",
            b"USER root\r\n",
            b"331 Password\r\n",
            b"PASS toor\r\n",
            b"530 Login incorrect.\r\n",
            first="server",
        ),
    )
