"""exercise-01, part by part: the site with its taps, and the record of what the red side did."""

from packets import Capture, Link, Talk, at

PORTAL, CONFIG, OFFICE = "10.31.4.20", "10.31.8.40", "10.31.8.50"
FILES, QUEUE, DESK = "10.32.10.12", "10.32.10.20", "10.32.10.31"
STATION, STATION_2 = "10.40.7.18", "10.40.7.34"
NAMES, SCANNER, ADMIN, WATCH = "10.31.4.2", "10.31.250.9", "10.31.4.101", "10.31.250.10"
RED, RED_FILES, RED_CONTROL, RED_DROP, RED_2 = (
    "203.0.113.7",
    "203.0.113.9",
    "203.0.113.44",
    "198.51.100.90",
    "198.51.100.23",
)
HOST = "www.city.example"
LINUX = ("linux", "linux")
WINDOWS = ("windows", "windows")


def T(clock):
    """Microseconds of a time of the day of the exercise."""
    return at(f"2026-11-20T{clock}Z")


def shown(time, up=False):
    """RFC 3339, to the millisecond, rounded down or up."""
    milliseconds = (time + (999 if up else 0)) // 1000
    clock = milliseconds // 1000 % 86400
    return f"2026-11-20T{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}.{milliseconds % 1000:03}Z"


class Site:
    """The three taps with their lines, and the record of red actions."""

    def __init__(self):
        self.taps = {name: Capture() for name in ("centre", "xiangzhou", "doumen")}
        self.portal = Link(self.taps["centre"], "portal", ("10.31.4.", "2001:db8:31:4:"), vlan=104)
        self.cloud = Link(self.taps["centre"], "cloud", ("10.31.8.",), vlan=108)
        self.hall = Link(self.taps["xiangzhou"], "hall", ("10.32.10.",), vlan=210)
        self.station = Link(self.taps["doumen"], "station", (STATION,), pppoe=0x1A2B)
        self.station_2 = Link(self.taps["doumen"], "station-2", (STATION_2,), pppoe=0x1A2C)
        self.campaigns, self.benign, self.alerts = [], [], {}

    def campaign(self, identifier, name):
        """A new campaign; what is done from here on belongs to it."""
        self.campaigns.append((identifier, name, []))

    def did(
        self, start, until, technique, tactic, source, target, note, alerts, success=True, visible="packets"
    ):
        """Notes an action, and the alerts of our own rules that it gives."""
        identifier, _, actions = self.campaigns[-1]
        actions.append(
            dict(
                id=f"{identifier}-{len(actions) + 1}",
                time=shown(start),
                until=shown(until, True),
                technique=technique,
                tactic=tactic,
                source=source,
                target=target,
                success="true" if success else "false",
                visible=visible,
                note=f'"{note}"',
            )
        )
        self.alerts[actions[-1]["id"]] = alerts

    def looks_bad(self, start, source, target, note, alerts=()):
        """Notes what is benign and does not look so."""
        self.alerts[f"benign-{len(self.benign) + 1}"] = alerts
        self.benign.append(
            f'  - {{time: {shown(start)}, source: {source}, target: {target}, note: "{note}"}}'
        )

    def write(self, folder):
        """The captures, truth.yaml, and alerts.json: which alerts of our own rules each action gives."""
        for name, capture in self.taps.items():
            capture.write(folder / f"{name}.pcap")
        lines = ["exercise: portal-to-service-station", "campaigns:"]
        for identifier, name, actions in self.campaigns:
            lines += [f"  - id: {identifier}", f"    name: {name}", "    actions:"]
            for action in actions:
                first, *rest = [f"{key}: {value}" for key, value in action.items()]
                lines += [f"      - {first}", *(f"        {line}" for line in rest)]
        lines += ["benign:", *self.benign]
        (folder / "truth.yaml").write_text("\n".join(lines) + "\n")
        rows = [
            f'  "{action}": [{", ".join(str(sid) for sid in sids)}]' for action, sids in self.alerts.items()
        ]
        (folder / "alerts.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")


def page_talk(site, start, port, client=RED, link=None, server=PORTAL, to_port=80):
    """A connection of the red side to a web server."""
    return Talk(link or site.portal, start, client, port, server, to_port, 21000, LINUX).open()
