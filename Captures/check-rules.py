#!/usr/bin/env python3
"""Runs an engine over the captures of our rules, and lists where its alerts are not what the captures were
made for.

    check-rules.py --engine CMD [--only THEME ...] [--keep FOLDER]

CMD takes Suricata's arguments (`suricata`, `fengsui suricata`). Every theme of rules/ is read with all
files of ../Rules, so that a rule which fires on another theme's traffic shows. Of an exercise, every action
must give its alerts between its first and its last packet, and nothing else may alert. Exit status: 0 if
all is as expected, 1 if not, 2 if the engine could not run.
"""

import argparse
import collections
import datetime
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
RULES = HERE.parent / "Rules"


def run(engine, capture, rules, out):
    """The alerts of one capture, in order."""
    out.mkdir(parents=True, exist_ok=True)
    command = [
        *engine,
        "-r",
        str(capture),
        "-S",
        str(rules),
        "-l",
        str(out),
        "-k",
        "all",
        "--runmode",
        "single",
        "--set",
        f"classification-file={RULES / 'classification.config'}",
        "--set",
        f"reference-config-file={RULES / 'reference.config'}",
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    eve = out / "eve.json"
    text = done.stdout.decode(errors="replace")
    if done.returncode != 0 or not eve.exists():
        raise OSError(f"{' '.join(engine)}: exit status {done.returncode} on {capture.name}\n{text[-2000:]}")
    broken = [
        line for line in text.splitlines() if "error parsing signature" in line or "rule refused" in line
    ]
    with eve.open(errors="replace") as lines:
        return [event for event in map(json.loads, lines) if event["event_type"] == "alert"], broken


def client_of(alert, cases):
    """The case that an alert's flow belongs to: by client address, as each case has one of its own."""
    return cases.get(alert["src_ip"]) or cases.get(alert["dest_ip"])


def check_theme(engine, name, rules, out):
    """Differences of one theme: per case, which alerts are missing and which too many."""
    expected = json.loads((HERE / "rules" / f"{name}.expected.json").read_text())
    cases, wanted = {}, {}
    for sid, entry in expected["rules"].items():
        for case in entry["cases"]:
            cases[case["client"]] = f"{sid} {case['kind']}: {case['note']}"
            wanted[cases[case["client"]]] = collections.Counter(
                {int(key): count for key, count in case["alerts"].items()}
            )
    alerts, differences = run(engine, HERE / "rules" / f"{name}.pcap", rules, out / name)
    got = collections.defaultdict(collections.Counter)
    for alert in alerts:
        case = client_of(alert, cases) or f"no case ({alert['src_ip']} to {alert['dest_ip']})"
        got[case][alert["alert"]["signature_id"]] += 1
    for case in sorted(set(got) | set(wanted)):
        for sid in sorted(set(got[case]) | set(wanted.get(case, {}))):
            want, have = wanted.get(case, {}).get(sid, 0), got[case][sid]
            if want != have:
                differences.append(f"{name}: [{case}] sid {sid}: expected {want}, got {have}")
    hits = collections.Counter(alert["alert"]["signature_id"] for alert in alerts)
    for sid, entry in expected["rules"].items():
        if hits[int(sid)] != entry["hits"]:
            differences.append(f"{name}: sid {sid}: {entry['hits']} hits expected, got {hits[int(sid)]}")
    return differences, len(cases), len(alerts)


def actions_of(folder):
    """Time, end, source and target of each action of truth.yaml, which its generator writes key by key."""
    actions, action = {}, {}
    for line in (folder / "truth.yaml").read_text().splitlines():
        if match := re.match(r"\s{6}- id: (\S+)", line):
            action = actions.setdefault(match[1], {})
        elif match := re.match(r"\s{8}(\w+): (.*)", line):
            action[match[1]] = match[2]
        elif match := re.match(r"  - \{time: (\S+), source: (\S+), target: (\S+),", line):
            number = sum(key.startswith("benign") for key in actions) + 1
            actions[f"benign-{number}"] = {
                "time": match[1],
                "until": None,
                "source": match[2],
                "target": match[3],
            }
    return actions


def later(text, seconds=5):
    """A time of an exercise some seconds on: an engine may look at a stream only when its next bytes come."""
    moment = datetime.datetime.fromisoformat(text.rstrip("Z")) + datetime.timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds")


def check_exercise(engine, folder, rules, out):
    """Differences of an exercise."""
    expected = json.loads((folder / "alerts.json").read_text())
    actions, differences, seen = actions_of(folder), [], []
    for capture in sorted(folder.glob("*.pcap")):
        alerts, broken = run(engine, capture, rules, out / folder.name / capture.stem)
        seen += alerts
        differences += broken
    missing = {name: collections.Counter(sids) for name, sids in expected.items()}
    for alert in sorted(seen, key=lambda alert: alert["timestamp"]):
        sid, time = alert["alert"]["signature_id"], alert["timestamp"][:23]
        ends = {alert["src_ip"], alert["dest_ip"]}
        for name, action in actions.items():
            inside = action["time"][:23] <= time and (
                action["until"] is None or time <= later(action["until"])
            )
            if inside and action["source"] in ends and missing[name][sid] > 0:
                missing[name][sid] -= 1
                break
        else:
            differences.append(
                f"{folder.name}: {time} sid {sid} {alert['src_ip']} to {alert['dest_ip']}: no action wants it"
            )
    for name, rest in missing.items():
        differences += [f"{folder.name}: {name}: sid {sid} is missing" for sid in rest.elements()]
    return differences, len(actions), len(seen)


def main():
    """Checks all themes and exercises."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--engine", default="suricata", help="command that takes Suricata's arguments")
    parser.add_argument("--only", nargs="*", help="themes or exercises")
    parser.add_argument("--keep", help="folder for the engine's output")
    options = parser.parse_args()
    engine, differences = shlex.split(options.engine), []
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(options.keep or scratch)
        out.mkdir(parents=True, exist_ok=True)
        rules = out / "all.rules"
        rules.write_text("".join(file.read_text() for file in sorted(RULES.glob("*.rules"))))
        themes = [
            file.name.removesuffix(".expected.json")
            for file in sorted((HERE / "rules").glob("*.expected.json"))
        ]
        exercises = sorted(folder.parent for folder in HERE.glob("exercise-*/alerts.json"))
        for name, check in [
            *((name, None) for name in themes),
            *((folder.name, folder) for folder in exercises),
        ]:
            if options.only and name not in options.only:
                continue
            found, cases, alerts = (
                check_exercise(engine, check, rules, out) if check else check_theme(engine, name, rules, out)
            )
            print(f"{name}: {cases} cases, {alerts} alerts, {len(found)} differences")
            differences += found
    for line in differences:
        print(line)
    print(f"{len(differences)} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, subprocess.TimeoutExpired) as failure:
        print(failure, file=sys.stderr)
        sys.exit(2)
