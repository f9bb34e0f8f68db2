"""Scenarios: a city's site with its access points, and the record of what the red side did.

Each module of this package is one scenario with a function `play(city)`; `make-scenarios.py` writes them.
"""

import daily
import protocols
from packets import SECOND, Capture, Dice, Link, Talk, at

LINUX = ("linux", "linux")
WINDOWS = ("windows", "windows")
HOST = "www.city.example"
PORTAL, NAMES, MAIL = "10.31.4.20", "10.31.4.2", "10.31.4.25"
OFFICE, CONFIG, DATA = "10.31.8.50", "10.31.8.40", "10.31.8.61"
FILES, QUEUE, DIRECTORY = "10.32.10.12", "10.32.10.20", "10.32.10.5"
SCANNER, WATCH, ADMIN = "10.31.250.9", "10.31.250.10", "10.31.4.101"
DESKS = [f"10.32.10.{last}" for last in range(31, 43)]
STATIONS = 24  # service stations on PPPoE lines, each with a /28 of its own
BINARY = "application/octet-stream"


def station(number, host=0):
    """Address of a host at a service station."""
    place = number * 16 + 2 + host
    return f"10.40.{7 + place // 256}.{place % 256}"


def shown(time, up=False):
    """RFC 3339, to the millisecond, rounded down or up."""
    milliseconds = (time + (999 if up else 0)) // 1000
    clock = milliseconds // 1000 % 86400
    day = 24 + (milliseconds // 1000 - at("2026-11-24T00:00:00Z") // SECOND) // 86400
    return f"2026-11-{day}T{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}.{milliseconds % 1000:03}Z"


class City:
    """Three taps with their lines, the red side's record, and what is harmless."""

    def __init__(self, name, begin):
        self.name, self.begin = name, at(begin)
        self.taps = {tap: Capture() for tap in ("centre", "xiangzhou", "doumen")}
        self.portal = Link(self.taps["centre"], "portal", ("10.31.4.",), vlan=104)
        self.cloud = Link(self.taps["centre"], "cloud", ("10.31.8.",), vlan=108)
        self.hall = Link(self.taps["xiangzhou"], "hall", ("10.32.10.",), vlan=210)
        self.lines = [
            Link(self.taps["doumen"], f"station-{number}", (station(number)[:-1],), pppoe=0x2000 + number)
            for number in range(STATIONS)
        ]
        for number, line in enumerate(self.lines):
            line.local = tuple(station(number, host) for host in range(4))
        self.campaigns, self.benign = [], []
        self.dice = Dice("city", name)

    def T(self, seconds):
        """A moment so many seconds after the beginning."""
        return self.begin + int(seconds * SECOND)

    def line_of(self, address):
        """The line behind which an inside address is."""
        if address.startswith("10.31.4."):
            return self.portal
        if address.startswith("10.31.8."):
            return self.cloud
        if address.startswith("10.32.10."):
            return self.hall
        for number in range(STATIONS):
            if address in self.lines[number].local:
                return self.lines[number]
        return None

    def talk(self, seconds, client, port, server, server_port, delay=None, systems=LINUX):
        """A conversation, at the tap of the server's line, or of the client's where the server is outside."""
        link = self.line_of(server) or self.line_of(client)
        inside = self.line_of(server) is not None and self.line_of(client) is not None
        return Talk(
            link, self.T(seconds), client, port, server, server_port, delay or (2600 if inside else 21000), systems
        )

    def asked(self, seconds, client, port, server, *exchanges, to_port=80, pause=900_000, systems=LINUX):
        """HTTP requests over one connection, each with its answer; gives the moments of both ends."""
        talk = self.talk(seconds, client, port, server, to_port, systems=systems).open()
        for number, (asks, says) in enumerate(exchanges):
            talk.ask(asks, pause if number else 1200).answer(says)
        return self.T(seconds), talk.close().now

    def campaign(self, identifier, name):
        """A new campaign; what is done from here on belongs to it."""
        self.campaigns.append((identifier, name, []))

    def did(self, span, technique, tactic, source, target, note, success=True, visible="packets"):
        """Notes an action from its first to its last packet."""
        identifier, _, actions = self.campaigns[-1]
        actions.append(
            dict(
                id=f"{identifier}-{len(actions) + 1}",
                time=shown(span[0]),
                until=shown(span[1], True),
                technique=technique,
                tactic=tactic,
                source=source,
                target=target,
                success="true" if success else "false",
                visible=visible,
                note=f'"{note}"',
            )
        )

    def looks_bad(self, seconds, source, target, note):
        """Notes what is harmless and does not look so."""
        self.benign.append(
            f'  - {{time: {shown(self.T(seconds))}, source: {source}, target: {target}, note: "{note}"}}'
        )

    def everyday(self, seconds, density=1):
        """The usual traffic of the whole site for so long."""
        dice, end = Dice("everyday", self.name), self.T(seconds)
        for number in range(int(seconds // 300 * density)):
            start = self.begin + number * 300 * SECOND // density + dice.below(90 * SECOND)
            daily.visit(
                self.portal, start, f"192.0.2.{dice.between(10, 60)}", PORTAL, HOST, pages=1, delay=19000
            )
            daily.secure_visit(
                self.hall, start + 41 * SECOND, dice.choice(DESKS), "192.0.2.82", dice.choice(["news", "bank"])
            )
            daily.names(self.hall, start + 63 * SECOND, dice.choice(DESKS), NAMES)
            where = dice.below(STATIONS)
            daily.visit(
                self.hall,
                start + 88 * SECOND,
                station(where),
                QUEUE,
                "queue.xz.city.example",
                pages=1,
                systems=WINDOWS,
                delay=14000,
            )
            daily.names(self.lines[where], start + 120 * SECOND, station(where), NAMES)
            daily.secure_visit(
                self.lines[where], start + 131 * SECOND, station(where), "192.0.2.83", "mail", delay=24000
            )
            if number % 3 == 0:
                daily.share(self.hall, start + 150 * SECOND, dice.choice(DESKS), FILES)
            if number % 4 == 0:
                daily.mail(self.portal, start + 170 * SECOND, "198.51.100.5", MAIL)
        daily.monitor(self.portal, self.begin + SECOND, end, WATCH, [PORTAL, MAIL], 300 * SECOND)
        daily.monitor(self.hall, self.begin + 2 * SECOND, end, WATCH, [FILES, QUEUE], 300 * SECOND)
        for number in range(0, STATIONS, 6):
            daily.dial(self.lines[number], self.begin + number * SECOND, station(number), f"line-{number}")
            protocols.ntp(self.lines[number], self.begin + (40 + number) * SECOND, station(number), "10.31.250.4")

    def write(self, folder):
        """The captures and truth.yaml."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, capture in self.taps.items():
            if capture.records:
                capture.write(folder / f"{name}.pcap")
        lines = [f"exercise: {self.name}", "campaigns:" if self.campaigns else "campaigns: []"]
        for identifier, name, actions in self.campaigns:
            lines += [f"  - id: {identifier}", f"    name: {name}", "    actions:"]
            for action in actions:
                first, *rest = [f"{key}: {value}" for key, value in action.items()]
                lines += [f"      - {first}", *(f"        {line}" for line in rest)]
        lines += ["benign:", *self.benign] if self.benign else ["benign: []"]
        (folder / "truth.yaml").write_text("\n".join(lines) + "\n")
        (folder / "site.yaml").write_text(site())


def site():
    """What is defended: the same city in every scenario."""
    lines = [
        "centre: {name: 市政务外网中心}",
        "districts:",
        "  - {id: ZX, name: 市本级}",
        "  - {id: XZ, name: 香洲区}",
        "  - {id: DM, name: 斗门区}",
        "units:",
        "  - {id: U-001, name: 市政务数据局, district: ZX}",
        "  - {id: U-021, name: 香洲区政务服务中心, district: XZ}",
    ]
    lines += [f"  - {{id: U-1{n:02}, name: 便民服务站{n + 1:02}, district: DM}}" for n in range(STATIONS)]
    lines += [
        "access_points:",
        "  - {id: A-001, name: 市门户网站区, unit: U-001, type: leased, ranges: [10.31.4.0/24], vlan: 104, importance: 5}",
        "  - {id: A-002, name: 市政务云业务区, unit: U-001, type: cloud, ranges: [10.31.8.0/24], importance: 4}",
        "  - {id: A-021, name: 香洲区政务服务大楼, unit: U-021, type: leased, ranges: [10.32.10.0/24], vlan: 210, importance: 4}",
    ]
    for n in range(STATIONS):
        first = station(n).rsplit(".", 1)
        lines.append(
            f"  - {{id: A-1{n:02}, name: 服务站{n + 1:02}专线, unit: U-1{n:02}, type: pppoe, "
            f"ranges: [{first[0]}.{int(first[1]) - 2}/28], importance: 2}}"
        )
    lines += [
        "assets:",
        f"  - {{id: S-01, name: 门户网站, address: {PORTAL}, role: web, importance: 5}}",
        f"  - {{id: S-02, name: 域名服务器, address: {NAMES}, role: dns, importance: 4}}",
        f"  - {{id: S-03, name: 邮件服务器, address: {MAIL}, role: mail, importance: 4}}",
        f"  - {{id: S-04, name: 配置中心, address: {CONFIG}, role: other, importance: 4}}",
        f"  - {{id: S-05, name: 协同办公系统, address: {OFFICE}, role: web, importance: 4}}",
        f"  - {{id: S-06, name: 业务数据库, address: {DATA}, role: database, importance: 5}}",
        f"  - {{id: S-11, name: 香洲文件服务器, address: {FILES}, role: file, importance: 4}}",
        f"  - {{id: S-12, name: 香洲预约叫号系统, address: {QUEUE}, role: web, importance: 3}}",
        f"  - {{id: S-13, name: 香洲域控制器, address: {DIRECTORY}, role: directory, importance: 5}}",
        f"scanners: [{SCANNER}]",
    ]
    return "\n".join(lines) + "\n"
