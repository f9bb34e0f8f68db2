"""A worm that encrypts: from one service station over MS17-010 into the hall, shares encrypted, a note left."""

import struct

import protocols
import windows
from cases.lateral import old_smb
from packets import SECOND, Dice, Talk
from protocols import request, response
from scenarios import ADMIN, DESKS, DIRECTORY, FILES, NAMES, WINDOWS, station

CONTROL = "198.51.100.171"
PATIENT = station(6)


def sweep(city, seconds, source, network, hosts, opened):
    """One host knocks at 445 all over a network."""
    now = start = city.T(seconds)
    for number, last in enumerate(hosts):
        host = f"{network}.{last}"
        link = city.line_of(host) or city.line_of(source)
        talk = Talk(link, now, source, 49200 + number, host, 445, 3000, WINDOWS)
        talk.open().reset() if host in opened else talk.unanswered()
        now += 700_000
    return start, now


def infect(city, seconds, source, port, victim):
    """MS17-010 answered, DoublePulsar answered, a payload of noise."""
    talk = city.talk(seconds, source, port, victim, 445, systems=WINDOWS).open()
    talk.ask(old_smb(0x25, 0, body=b"\x10" + bytes(40), flags=0x18)).answer(old_smb(0x25, 0xC0000205))
    talk.ask(old_smb(0x32, 0, 65, b"\x0f" + bytes(60), 0x18), 900_000).answer(old_smb(0x32, 0xC0000002, 0x51))
    for number in range(4):
        talk.ask(old_smb(0x33, 0, 66 + number, Dice("worm", victim, number).bytes(3800), 0x18), 200_000)
        talk.answer(old_smb(0x33, 0, 66 + number))
    return city.T(seconds), talk.close().now


def encrypt(city, seconds, source, port, count):
    """Files of a share read, written again under another name, and a note."""
    start = city.T(seconds)
    smb = windows.SMBTalk(city.hall, start, source, port, FILES).negotiate().log_in("clerk07", "CITY")
    smb.connect("\\\\FILESRV\\public")
    for number in range(count):
        name = f"notices\\2026-{number:03}.docx.locked"
        smb.talk.now += 300_000
        smb.open(name).write(name, Dice("locked", source, number).bytes(1200))
    note = "notices\\HOW_TO_RECOVER_FILES.txt"
    smb.open(note).write(note, b"All your files have been encrypted. To decrypt them send 1 bitcoin to the address below.\r\n")
    smb.close()
    return start, smb.talk.now


def play(city):
    """All of it."""
    city.campaign("C1", "A worm that encrypts")
    link = city.lines[6]
    talk = Talk(link, city.T(240), PATIENT, 50110, CONTROL, 80, 24000).open()
    talk.ask(request("GET", "/invoice/patch.exe", CONTROL, agent="Mozilla/5.0 (Windows NT; Windows NT 10.0) WindowsPowerShell/5.1.17763"))
    talk.answer(response(body=b"MZ\x90\0" + Dice("dropper").bytes(12000), kind="application/octet-stream")).close()
    city.did((city.T(240), talk.now), "T1105", "command-and-control", PATIENT, CONTROL, "a service station fetches the worm with PowerShell")
    for number in range(3):
        protocols.lookup(link, city.T(262 + number * 5), PATIENT, NAMES, "iuqerfsodp9ifjaposdfjhgosurijfaewrwergwea.com", "A", [], 3)
    city.did((city.T(262), city.T(273)), "T1071.004", "command-and-control", PATIENT, NAMES, "the worm looks its switch's name up")
    opened = {DESKS[0], DESKS[3], DESKS[7], FILES}
    span = sweep(city, 290, PATIENT, "10.32.10", range(1, 60), opened)
    city.did(span, "T1046", "discovery", PATIENT, DESKS[0], "the service hall's network swept for SMB")
    for number, victim in enumerate((DESKS[0], DESKS[3], DESKS[7])):
        span = infect(city, 350 + number * 22, PATIENT, 50200 + number, victim)
        city.did(span, "T1210", "lateral-movement", PATIENT, victim, "MS17-010 on a desk of the service hall")
    stations = {station(number) for number in (1, 4)}
    span = sweep(city, 440, DESKS[0], "10.40.7", range(2, 60), stations)
    city.did(span, "T1046", "discovery", DESKS[0], station(1), "a desk that fell sweeps the service stations")
    span = infect(city, 500, DESKS[0], 50310, station(1))
    city.did(span, "T1210", "lateral-movement", DESKS[0], station(1), "MS17-010 from the desk on a service station")
    for number, source in enumerate((DESKS[0], DESKS[3])):
        span = encrypt(city, 560 + number * 40, source, 50400 + number, 45)
        city.did(span, "T1486", "impact", source, FILES, "files of the file server encrypted, a note left")
    smb = windows.SMBTalk(city.hall, city.T(330), ADMIN, 51300, FILES).negotiate().log_in("ops-admin")
    smb.connect("\\\\FILESRV\\public")
    for number in range(12):
        name = f"archive\\2025-{number:02}.zip"
        smb.talk.now += 400_000
        smb.open(name).write(name, b"PK\x03\x04" + Dice("backup", number).bytes(800))
    smb.close()
    city.looks_bad(330, ADMIN, FILES, "a backup writes archives to the file server")
    city.everyday(1200)
