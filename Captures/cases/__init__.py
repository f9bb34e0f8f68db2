"""Cases: for each rule, what must trip it and what comes near and must not.

Each case has a client address of its own, so that alerts and rates belong to one case. `hit` and `miss` are
called by the modules of this package, one per file of rules.
"""

import json

from packets import SECOND, Capture, Link, Talk, at
from protocols import BROWSER, request, response

BEGIN = at("2026-11-02T02:00:00Z")
SERVER, FILES, OUTSIDE = "10.31.4.20", "10.32.10.12", "203.0.113.80"


class Case:
    """One case being written: where its client is and when it begins."""

    def __init__(self, link, start, number):
        self.link, self.start, self.number = link, start, number
        self.client = ""
        self.port = 40000 + number * 20

    def place(self, outside):
        """Gives the client an address outside or inside; both come from ranges that no other host here uses."""
        base = "198.18" if outside else "10.66"
        self.client = f"{base}.{self.number // 200}.{self.number % 200 + 1}"
        return self.client

    def talk(self, server, port, outside, number=0, after=0, **options):
        """A conversation of the case's client; further ones have further numbers."""
        self.place(outside)
        return Talk(self.link, self.start + after, self.client, self.port + number, server, port, **options)


class Theme:
    """The cases of one file of rules."""

    def __init__(self, name):
        self.name, self.capture, self.rules, self.count = name, Capture(), {}, 0
        self.link = Link(self.capture, name, ("10.",))

    def add(self, kind, sid, note, play, alerts):
        """Writes a case's packets and notes what it must give."""
        case = Case(self.link, BEGIN + self.count * 400 * SECOND, self.count)
        self.count += 1
        play(case)
        entry = self.rules.setdefault(sid, {"hits": 0, "cases": []})
        entry["cases"].append(
            {
                "kind": kind,
                "note": note,
                "client": case.client,
                "alerts": {str(key): alerts[key] for key in sorted(alerts)},
            }
        )

    def hit(self, sid, note, play, count=1, also=()):
        """A case that trips the rule, and perhaps others with it."""
        self.add("hit", sid, note, play, {sid: count, **{other: 1 for other in also}})

    def miss(self, sid, note, play):
        """A case that comes near and trips nothing at all."""
        self.add("near-miss", sid, note, play, {})

    def write(self, folder):
        """The capture and what is expected of it."""
        for sid, entry in self.rules.items():
            entry["hits"] = sum(
                case["alerts"].get(str(sid), 0) for other in self.rules.values() for case in other["cases"]
            )
        self.capture.write(folder / f"{self.name}.pcap")
        rows = []
        for sid in sorted(self.rules):
            cases = ",\n      ".join(
                json.dumps(case, ensure_ascii=False) for case in self.rules[sid]["cases"]
            )
            rows.append(f'    "{sid}": {{"hits": {self.rules[sid]["hits"]}, "cases": [\n      {cases}]}}')
        text = f'{{\n  "capture": "{self.name}.pcap",\n  "rules": {{\n' + ",\n".join(rows) + "\n  }\n}\n"
        (folder / f"{self.name}.expected.json").write_text(text)


OK = response(body="<html><body>ok</body></html>")


def get(target, headers=(), agent=BROWSER, host="www.city.example", method="GET"):
    """A GET request."""
    return request(method, target, host, headers, agent=agent)


def post(
    target,
    body,
    kind="application/x-www-form-urlencoded",
    headers=(),
    agent=BROWSER,
    host="www.city.example",
    method="POST",
):
    """A POST request."""
    return request(method, target, host, [("Content-Type", kind), *headers], body, agent)


def web(*exchanges, server=SERVER, port=80, outside=True, after=0, number=0):
    """A play of HTTP requests, each with its response (or `OK`), over one connection."""

    def play(case):
        talk = case.talk(server, port, outside, number, after).open()
        for exchange in exchanges:
            asked, said = exchange if isinstance(exchange, tuple) else (exchange, OK)
            talk.ask(asked).answer(said)
        talk.close()

    return play


def out(*exchanges, server=OUTSIDE, port=80):
    """The same from an inside host to an outside server."""
    return web(*exchanges, server=server, port=port, outside=False)


def answer(body, target="/page.jsp", status="200 OK", kind="text/html", **options):
    """A plain request whose answer is what matters."""
    return web((get(target), response(status, body, kind, **options)))


def speech(
    port,
    *lines,
    server=SERVER,
    outside=True,
    first="client",
    times=1,
    every=2 * SECOND,
    systems=("linux", "linux"),
):
    """A play of raw TCP: lines alternate between the two ends; `times` conversations, `every` so long."""

    def play(case):
        for number in range(times):
            talk = case.talk(server, port, outside, number, number * every, systems=systems).open()
            ends = (talk.ask, talk.answer) if first == "client" else (talk.answer, talk.ask)
            for place, line in enumerate(lines):
                if line:
                    ends[place % 2](line)
            talk.close()

    return play


def many(exchange, times, every=SECOND, server=SERVER, port=80, outside=True):
    """The same HTTP exchange again and again over one connection."""

    def play(case):
        talk = case.talk(server, port, outside).open()
        for _ in range(times):
            talk.ask(exchange[0], every).answer(exchange[1])
        talk.close()

    return play
