#!/usr/bin/env python3
"""Makes EVE alerts: 20 campaigns hidden in the noise of the 402 access points of sites/city.yaml.

    make-alerts.py --alerts 1000000 --seed 7 -o alerts.json     (and alerts.json.truth: the campaigns' hosts)

The seed is printed; the same seed gives the same bytes. Noise: scanners, exploit bots of which a third keeps at
one host, log-ins that fail for days, controllers that are none, one-off alarms, and what says nothing of attacks.
"""
import argparse
import json
import random
import sys

BEGIN = 1795136400  # 2026-11-20T01:00:00Z
DAYS = 3


def stamp(time):
    import datetime
    moment = datetime.datetime.fromtimestamp(int(time), datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + f".{int(time * 1e6) % 1000000:06d}+0000"


def metadata(tactic, technique, outcome, confidence):
    if not tactic:
        return None
    return {"attack_outcome": [outcome], "confidence": [confidence], "mitre_tactic_id": [tactic],
            "mitre_technique_id": [technique]}


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        leased = [f"10.{32 + d}.{p}" for d, n in enumerate((68, 40, 36)) for p in range(n)]
        pppoe = [(f"10.{40 + d}.{n // 16}", n % 16 * 16) for d, count in enumerate((122, 72, 64)) for n in range(count)]
        self.servers = [f"{net}.10" for net in leased]
        self.inside = [f"{net}.{host}" for net in leased for host in range(20, 40)]
        self.inside += [f"{net}.{base + host}" for net, base in pppoe for host in range(2, 14)]
        self.used = set()

    def outside(self):
        while True:
            address = f"{self.random.choice([45, 91, 103, 141, 185, 193])}." + ".".join(
                str(self.random.randrange(1, 255)) for _ in range(3))
            if address not in self.used:
                self.used.add(address)
                return address

    def alert(self, time, source, target, sid, message, meta, category="Misc activity", port=443, host=None):
        alert = {"action": "allowed", "gid": 1, "signature_id": sid, "rev": 1, "signature": message,
                 "category": category, "severity": 2}
        if meta:
            alert["metadata"] = meta
        record = {"timestamp": stamp(time), "flow_id": self.random.randrange(1 << 50), "event_type": "alert",
                  "src_ip": source, "src_port": self.random.randrange(1024, 65535), "dest_ip": target,
                  "dest_port": port, "proto": "TCP", "alert": alert, "direction": "to_server"}
        if host:
            record["tls"] = {"sni": host}
        return time, record

    def noise(self, count):
        """Endless kinds of noise, each a list of (time, record)."""
        draw, span = self.random, DAYS * 86400
        scans = [(f"SCAN kind {n}", 2100000 + n, metadata("TA0043", "T1595.001", "attempt", "Medium")) for n in range(12)]
        exploits = [(f"WEB exploit {n}", 2200000 + n, metadata("TA0001", "T1190", "attempt", "High")) for n in range(20)]
        wild = [(f"TROJAN look-alike {n}", 2300000 + n, metadata("TA0011", "T1071.001", "success", "High")) for n in range(3)]
        events = []
        scanners = [(self.outside(), draw.random() * span) for _ in range(4000)]
        for _ in range(count * 55 // 100):
            scanner, begin = draw.choice(scanners)
            message, sid, meta = draw.choice(scans)
            target = draw.choice(self.servers if draw.random() < 0.3 else self.inside)
            events.append((begin + draw.random() * 7200, scanner, target, sid, message, meta, 22))
        bots = []
        for number in range(1500):
            keeps = draw.choice(self.servers) if number % 3 == 0 else None
            bots.append((self.outside(), draw.random() * span, keeps, draw.sample(exploits, 3)))
        for _ in range(count * 15 // 100):
            bot, begin, keeps, own = draw.choice(bots)
            message, sid, meta = draw.choice(scans) if draw.random() < 0.3 else draw.choice(own)
            events.append((begin + draw.random() * 7200, bot, keeps or draw.choice(self.servers), sid, message, meta, 80))
        failing = [(draw.choice(self.inside), draw.choice(self.servers)) for _ in range(30)]
        for _ in range(count * 5 // 100):
            source, target = draw.choice(failing)
            events.append((draw.random() * span, source, target, 2400001, "LOGIN refused many times",
                           metadata("TA0006", "T1110.001", "attempt", "Medium"), 445))
        clouds = [self.outside() for _ in range(200)]
        callers = [(draw.choice(self.inside), draw.choice(clouds), draw.choice(wild)) for _ in range(400)]
        for _ in range(count * 3 // 100):
            source, target, (message, sid, meta) = draw.choice(callers)
            events.append((draw.random() * span, source, target, sid, message, meta, 443))
        for _ in range(count * 2 // 100):
            number = draw.randrange(300)
            events.append((draw.random() * span, self.outside(), draw.choice(self.servers), 2500000 + number,
                           f"ODD request {number}", metadata("TA0001", "T1190", "attempt", "Low"), 80))
        while len(events) < count:
            number = draw.randrange(40)
            events.append((draw.random() * span, draw.choice(self.inside), draw.choice(clouds), 2600000 + number,
                           f"POLICY note {number}", None, 443))
        return events

    def campaign(self, number):
        """One intrusion of several stages over hours; kinds differ in what is seen of it."""
        draw = self.random
        attacker, controller = self.outside(), self.outside()
        entry = draw.choice(self.servers)
        others = draw.sample([s for s in self.servers if s != entry], 3)
        time = draw.random() * (DAYS - 1) * 86400
        kind, base = number % 5, 2700000 + number % 5 * 100
        pace = draw.choice([60, 600, 1800])
        steps = [(attacker, entry, base + 1, "RECON of the entry", ("TA0043", "T1595.002", "attempt", "Medium"), 443)]
        steps.append((attacker, entry, base + 2, "EXPLOIT of the entry", ("TA0001", "T1190", "attempt", "High"), 443))
        if kind != 1:
            steps.append((attacker, entry, base + 3, "SHELL answers", ("TA0002", "T1059", "success", "High"), 443))
        if kind in (0, 3):
            steps.append((attacker, entry, base + 4, "WEB SHELL put down", ("TA0003", "T1505.003", "success", "High"), 443))
        if kind != 2:
            steps.append((entry, controller, base + 5, "BEACON to a controller", ("TA0011", "T1071.001", "success", "Medium"), 443))
        for other in others:
            steps.append((entry, other, base + 6, "SMB service installed", ("TA0008", "T1021.002", "attempt", "High"), 445))
        if kind in (0, 4):
            steps.append((others[0], controller, base + 7, "ARCHIVE sent out", ("TA0010", "T1048", "success", "Medium"), 443))
        events = []
        for source, target, sid, message, meta, port in steps:
            time += draw.uniform(0.2, 1.5) * pace
            for repeat in range(draw.choice([1, 1, 2, 5])):
                events.append((time + repeat, source, target, sid, message, metadata(*meta), port))
        return {"id": f"C{number + 1}", "hosts": sorted({attacker, controller, entry, *others})}, events


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--alerts", type=int, default=1_000_000)
    parser.add_argument("--campaigns", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    print(f"seed {options.seed}", file=sys.stderr)
    maker = Maker(options.seed)
    truth, events = [], []
    for number in range(options.campaigns):
        campaign, steps = maker.campaign(number)
        truth.append(campaign)
        events += steps
    events += maker.noise(options.alerts - len(events))
    events.sort(key=lambda event: event[:4])
    dumps = json.JSONEncoder(separators=(",", ":")).encode
    with open(options.output, "w", encoding="utf-8") as file:
        for time, source, target, sid, message, meta, port in events:
            _, record = maker.alert(BEGIN + time, source, target, sid, message, meta, port=port)
            file.write(dumps(record) + "\n")
    with open(options.output + ".truth", "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1)


if __name__ == "__main__":
    main()
