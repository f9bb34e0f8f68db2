"""Slow exfiltration through DNS: a query every half minute or so, for two hours."""

import struct

import protocols
import windows
from packets import SECOND, Dice, Talk
from protocols import request, response
from scenarios import DESKS, FILES, NAMES

DROP = "203.0.113.181"
THIEF = DESKS[4]
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def play(city):
    """A program, a share that is read, and names that carry it out."""
    city.campaign("C1", "A file share carried out through the resolver")
    talk = Talk(city.hall, city.T(300), THIEF, 50100, DROP, 80, 24000).open()
    talk.ask(request("GET", "/tools/dns.ps1", DROP, agent="Mozilla/5.0 (Windows NT; Windows NT 10.0) WindowsPowerShell/5.1"))
    talk.answer(response(body=Dice("script").bytes(2000).hex(), kind="text/plain")).close()
    city.did((city.T(300), talk.now), "T1105", "command-and-control", THIEF, DROP, "a desk fetches a script with PowerShell")
    start = city.T(345)
    smb = windows.SMBTalk(city.hall, start, THIEF, 50140, FILES).negotiate().log_in("administrator", "FILESRV")
    smb.connect(f"\\\\{FILES}\\D$").open("archives\\households.db")
    for number in range(10):
        data = Dice("household", number).bytes(5000)
        asks = struct.pack("<HBBIQQQIIII", 49, 0x50, 0, 5000, 0, 1, 1, 0, 0, 0, 0) + b"\0"
        smb.exchange(8, asks, struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data)
    smb.close()
    city.did((start, smb.talk.now), "T1039", "collection", THIEF, FILES, "a drive of the file server read with its administrator's password")
    dice = Dice("slow")
    start = now = city.T(600)
    count = 0
    while now < city.T(7500):
        label = "".join(LETTERS[byte & 31] for byte in dice.bytes(96))
        text = f"{label[:52]}.{label[52:]}.{count:x}.static-metrics.example"
        protocols.lookup(city.hall, now, THIEF, NAMES, text, "A", [(None, "A", 1, "203.0.113.182")], delay=38_000)
        count += 1
        now += 22 * SECOND + dice.below(16 * SECOND)
    city.did((start, now), "T1048.003", "exfiltration", THIEF, NAMES, "names that carry the data, one in half a minute")
    for number in range(40):
        start = city.T(500 + number * 160)
        text = f"e1872a3f09c5-{number:02}.edge-south-2.gslb.cdn.example"
        protocols.lookup(city.hall, start, DESKS[1], NAMES, text, "A", [(None, "A", 20, "192.0.2.81")], delay=9000)
    city.looks_bad(500, DESKS[1], NAMES, "long names of a content network")
    city.everyday(7800, density=1)
