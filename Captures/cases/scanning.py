"""Cases of scanning.rules."""

from cases import SERVER, get, many, web
from packets import SECOND, Talk
from protocols import response

PORTS = [
    21,
    22,
    23,
    110,
    111,
    135,
    139,
    143,
    389,
    445,
    873,
    1099,
    1433,
    1521,
    2049,
    2375,
    3306,
    3389,
    5432,
    5900,
    5985,
    6379,
    7001,
    8009,
    8161,
    8848,
    9000,
    9200,
    11211,
    27017,
]
LOST = response("404 Not Found", "gone")


def knocks(ports, outside, system="linux", servers=(SERVER,), every=SECOND):
    """Connections that are refused, one after another."""

    def play(case):
        case.place(outside)
        for number, (server, port) in enumerate((server, port) for server in servers for port in ports):
            Talk(
                case.link,
                case.start + number * every,
                case.client,
                case.port + number,
                server,
                port,
                systems=(system, "linux"),
            ).refused()

    return play


def echoes(count, every, servers):
    """Echo requests to a number of hosts."""

    def play(case):
        case.place(False)
        for number in range(count):
            case.link.ping(
                case.start + number * every,
                case.client,
                f"10.32.10.{1 + number % servers}",
                9,
                number,
                bytes(range(8, 40)),
            )

    return play


def odd(flags):
    """One TCP packet with strange flags to a closed port, and the reset that comes back."""

    def play(case):
        talk = case.talk(SERVER, 8080, True)
        talk.segment(talk.client, flags)
        talk.now += 5000
        talk.segment(talk.server, 20)

    return play


def agent(text, target="/"):
    """A request of a tool that names itself."""
    return web((get(target, agent=text), response(body="hello")))


def cases(theme):
    """All cases."""
    hit, miss = theme.hit, theme.miss
    hit(9000001, "28 ports in 28 seconds", knocks(PORTS[:28], True))
    miss(9000001, "20 ports in 20 seconds", knocks(PORTS[:20], True))
    miss(9000001, "28 ports in three minutes", knocks(PORTS[:28], True, every=6 * SECOND))
    hosts = [f"10.32.10.{last}" for last in range(1, 17)]
    hit(9000002, "two ports of 16 hosts", knocks([22, 445], False, servers=hosts))
    miss(9000002, "one port of 16 hosts", knocks([445], False, servers=hosts))
    miss(9000002, "ports that are not for administration", knocks([80, 443], False, servers=hosts))
    hit(9000003, "16 bare requests with a window of 1024", knocks(PORTS[:16], True, "scanner"))
    miss(9000003, "9 bare requests with a window of 1024", knocks(PORTS[:9], True, "scanner"))
    for sid, bad, good in (
        (
            9000004,
            "Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)",
            "Mozilla/5.0 (compatible; Nap Scripting)",
        ),
        (9000005, "Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:000003)", "Nikon-Transfer/2.1"),
        (9000006, "sqlmap/1.7.2#stable (https://sqlmap.org)", "mysqlmapper/1.7"),
        (9000007, "feroxbuster/2.10.0", "gobusy/1.0"),
        (9000011, "Mozilla/5.0 zgrab/0.x", "mass-mailer/1.3"),
    ):
        hit(sid, f"user agent {bad.split()[0]}", agent(bad))
        miss(sid, f"user agent {good.split()[0]}", agent(good))
    hit(9000008, "45 missing pages in 45 seconds", many((get("/nothing"), LOST), 45))
    miss(9000008, "20 missing pages in 20 seconds", many((get("/nothing"), LOST), 20))
    miss(9000008, "45 missing pages in two minutes", many((get("/nothing"), LOST), 45, every=3 * SECOND))
    hit(9000009, "/.git/config", web((get("/.git/config"), LOST)))
    hit(9000009, "/app/.env", web((get("/app/.env"), LOST)))
    miss(9000009, "a certificate's proof below .well-known", web(get("/.well-known/acme-challenge/x1")))
    miss(9000009, "a page about .env files", web(get("/help/.env-files.html")))
    config = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"
    hit(
        9000010,
        "configuration of a repository",
        web((get("/.git/config"), response(body=config, kind="text/plain"))),
        also=[9000009],
    )
    miss(
        9000010,
        "a page that quotes such a configuration",
        web((get("/help/git.html"), response(body="<pre>" + config + "</pre>"))),
    )
    hit(9000012, "45 echo requests in 9 seconds", echoes(45, SECOND // 5, 45))
    miss(9000012, "45 echo requests in 45 seconds", echoes(45, SECOND, 45))
    hit(9000013, "no flag at all", odd(0))
    miss(9000013, "only a reset", odd(4))
    hit(9000014, "FIN, PSH and URG", odd(41))
    miss(9000014, "FIN and PSH with ACK", odd(25))
    hit(9000015, "cookie rememberMe=1", web(get("/", [("Cookie", "rememberMe=1")])))
    miss(
        9000015,
        "cookie rememberMe=1 beside a session",
        web(get("/", [("Cookie", "rememberMe=1; JSESSIONID=6B1A")])),
    )
