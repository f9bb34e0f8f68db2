"""Noise only: a day at the office with everything that looks bad and is not. No incident may be raised."""

import daily
import protocols
import windows
from packets import SECOND, Dice, Talk
from protocols import request, response
from scenarios import ADMIN, DESKS, FILES, HOST, LINUX, MAIL, NAMES, OFFICE, PORTAL, QUEUE, SCANNER, STATIONS, station

PORTS = "21 22 23 25 80 110 135 139 143 443 445 1433 3306 3389 5432 6379 7001 8080 8443 8848 9200 27017 1521 5900 5985 2375 111 389 873"


def own_scanner(city):
    """The centre's scanner at its weekly work."""
    now = city.T(600)
    for host, link in ((OFFICE, city.cloud), (QUEUE, city.hall)):
        for port in map(int, PORTS.split()):
            Talk(link, now, SCANNER, 52000, host, port, 700, ("scanner", "linux")).refused()
            now += 120_000
    talk = Talk(city.cloud, now, SCANNER, 52010, OFFICE, 8080, 1500, LINUX).open()
    for path in (
        "/.git/config",
        "/index.jsp?id=1%20union%20select%201,2,3%20from%20users",
        "/?x=$%7Bjndi:ldap://10.31.250.9/a%7D",
        "/../../../../etc/passwd",
    ):
        talk.ask(request("GET", path, "10.31.8.50:8080", agent="Mozilla/5.00 (Nikto/2.5.0)"), 700_000)
        talk.answer(response("404 Not Found", "none"))
    talk.close()
    city.looks_bad(600, SCANNER, OFFICE, "the centre's own vulnerability scanner")
    city.looks_bad(603, SCANNER, QUEUE, "the centre's own vulnerability scanner")


def internet(city):
    """What any public address meets: scans and single tries that come to nothing, each from another address."""
    now = city.T(900)
    for number in range(8):
        source = f"198.51.100.{180 + number}"
        for port in (22, 23, 3389, 8080)[: 1 + number % 4]:
            Talk(city.portal, now, source, 40000 + port % 999, PORTAL, port, 900, ("scanner", "linux")).refused()
            now += 2 * SECOND
        now += 140 * SECOND
    city.looks_bad(900, "198.51.100.180", PORTAL, "the Internet's usual scans")
    talk = Talk(city.portal, city.T(1500), "198.51.100.201", 40100, PORTAL, 80, 21000, LINUX).open()
    talk.ask(request("GET", "/.env", HOST, agent="Mozilla/5.0 zgrab/0.x")).answer(response("404 Not Found", "none"))
    talk.close()
    city.looks_bad(1500, "198.51.100.201", PORTAL, "a survey of the Internet asks for a file that is not there")
    talk = Talk(city.portal, city.T(1710), "198.51.100.202", 40120, PORTAL, 80, 21000, LINUX).open()
    talk.ask(request("GET", "/index.php?s=/Index/\\think\\app/invokefunction&function=phpinfo&vars[0]=1", HOST))
    talk.answer(response("404 Not Found", "none")).close()
    city.looks_bad(1710, "198.51.100.202", PORTAL, "a stray try of another framework's hole, refused")
    talk = Talk(city.portal, city.T(2000), "192.0.2.66", 40400, PORTAL, 80, 30000, LINUX).open()
    for number in range(30):
        talk.ask(request("GET", f"/art/2019/{number}/art_{4000 + 7 * number}.html", HOST, agent="Mozilla/5.0 (compatible; ExampleBot/2.1)"), 2 * SECOND)
        talk.answer(response("404 Not Found", "<h1>Gone</h1>"))
    talk.close()
    city.looks_bad(2000, "192.0.2.66", PORTAL, "a search engine asks for pages that are no more")


def people(city):
    """Mistyped passwords, support, backups, big transfers."""
    for number in range(5):
        client = DESKS[number]
        smb = windows.SMBTalk(city.hall, city.T(700 + number * 330), client, 51300 + number, FILES).negotiate()
        for attempt in range(3):
            smb.talk.now += 4 * SECOND
            smb.log_in(f"clerk{number:02}", accepted=attempt == 2)
        smb.connect("\\\\FILESRV\\public").open("notices\\2026-11.docx").close()
        city.looks_bad(700 + number * 330, client, FILES, "somebody mistypes a password twice")
    for number in range(0, STATIONS, 5):
        talk = Talk(city.lines[number], city.T(1000 + number * 40), ADMIN, 51500 + number, station(number), 3389, 2600, LINUX).open()
        talk.ask(windows.rdp_request("wang.support")).answer(windows.rdp_confirm())
        protocols.records(talk, "bare", rounds=6, seed=("support", number)).close()
        city.looks_bad(1000 + number * 40, ADMIN, station(number), "support at work over remote desktop")
    smb = windows.SMBTalk(city.hall, city.T(1900), ADMIN, 51700, FILES).negotiate().log_in("ops-backup")
    smb.connect("\\\\FILESRV\\backup")
    for number in range(20):
        name = f"2026\\11\\{number:02}.7z"
        smb.open(name).write(name, b"7z\xbc\xaf\x27\x1c\0\x04" + Dice("backup", number).bytes(2500))
    smb.close()
    city.looks_bad(1900, ADMIN, FILES, "a backup writes archives to the file server")
    protocols.ssh(Talk(city.hall, city.T(2100), ADMIN, 51800, QUEUE, 22, 2600), "mistyped", packets=2)
    protocols.ssh(Talk(city.hall, city.T(2112), ADMIN, 51801, QUEUE, 22, 2600), "typed", accepted=True)
    city.looks_bad(2100, ADMIN, QUEUE, "an administrator mistypes an SSH password once")
    smb = windows.SMBTalk(city.hall, city.T(2300), ADMIN, 51900, DESKS[2], "XZ-WS33").negotiate().log_in("ops-admin")
    smb.connect(f"\\\\{DESKS[2]}\\ADMIN$").open("Temp\\patch.msu").close()
    city.looks_bad(2300, ADMIN, DESKS[2], "an administrator puts an update on a desk through its administrative share")
    for number in range(12):
        daily.secure_visit(city.hall, city.T(300 + number * 240), DESKS[8], "192.0.2.82", "update", delay=21000)
    city.looks_bad(300, DESKS[8], "192.0.2.82", "an update service asks every four minutes")


def play(city):
    """All of it."""
    own_scanner(city)
    internet(city)
    people(city)
    city.everyday(3300, density=1)
