"""Password spraying over PPPoE access points: one password, many service stations, one that has it."""

import protocols
import windows
from packets import SECOND, Dice, Talk
from protocols import request, response
from scenarios import ADMIN, LINUX, STATIONS, WINDOWS, station
from windows import rdp_confirm, rdp_request

RED, CONTROL = "203.0.113.120", "198.51.100.140"


def desktop(city, seconds, client, port, number, name, records=0):
    """A remote desktop connection to a station; with records it goes on."""
    talk = Talk(city.lines[number], city.T(seconds), client, port, station(number), 3389, 17000, WINDOWS).open()
    talk.ask(rdp_request(name)).answer(rdp_confirm())
    protocols.records(talk, "bare", rounds=records, seed=(name, number)) if records else None
    return talk.close(pause=600_000).now


def play(city):
    """Three sprays an hour apart would be slow; these are four minutes apart, then what follows."""
    city.campaign("C1", "One password for all service stations")
    for turn, begin in enumerate((200, 460)):
        start = end = city.T(begin)
        for number in range(STATIONS):
            end = desktop(city, begin + number * 1.9, RED, 50000 + turn * 100 + number, number, ("fwz", "admin")[turn])
        city.did((start, end), "T1110.003", "credential-access", RED, station(0), f"one password tried on {STATIONS} service stations over remote desktop, turn {turn + 1}", turn == 1)
    victim = 17
    end = desktop(city, 640, RED, 50310, victim, "administrator", 18)
    city.did((city.T(640), end), "T1021.001", "lateral-movement", RED, station(victim), "remote desktop of the service station whose password fits")
    where = city.lines[victim]
    fetch = request("GET", "/svc/agent.exe", CONTROL, agent="CertUtil URL Agent")
    talk = Talk(where, city.T(700), station(victim), 50400, CONTROL, 80, 24000).open()
    talk.ask(fetch).answer(response(body=b"MZ\x90\0" + Dice("agent").bytes(9000), kind="application/octet-stream")).close()
    city.did((city.T(700), talk.now), "T1105", "command-and-control", station(victim), CONTROL, "the service station fetches a program with certutil")
    login = b'{"version":"0.34.3","hostname":"","os":"windows","arch":"amd64","user":"","privilege_key":"b1946ac92492d2347c6235b4d2611184","timestamp":1793600000,"run_id":"","pool_count":1}'
    talk = Talk(where, city.T(730), station(victim), 50410, CONTROL, 7000, 24000).open()
    talk.ask(b"o" + len(login).to_bytes(8, "big") + login).answer(b"1" + bytes(8))
    for number in range(10):
        talk.ask(Dice("frp", number).bytes(60), 20 * SECOND).answer(Dice("frp-said", number).bytes(80))
    city.did((city.T(730), talk.close().now), "T1572", "command-and-control", station(victim), CONTROL, "a tunnel of frp from the service station")
    start = city.T(800)
    for number in range(12):
        smb = windows.SMBTalk(city.lines[number], city.T(800) + number * 3 * SECOND, station(victim), 50500 + number, station(number), f"ST-{number:02}").negotiate()
        smb.log_in("administrator", f"ST-{number:02}", accepted=number == 9).close()
    city.did((start, smb.talk.now), "T1110.003", "credential-access", station(victim), station(0), "the same password tried on other stations over SMB")
    start = city.T(880)
    smb = windows.SMBTalk(city.lines[9], start, station(victim), 50540, station(9), "ST-09").negotiate().log_in("administrator", "ST-09")
    smb.connect(f"\\\\{station(9)}\\ADMIN$").open("PSEXESVC.exe").write("PSEXESVC.exe", b"MZ\x90\0" + Dice("service").bytes(1900)).close()
    city.did((start, smb.talk.now), "T1021.002", "lateral-movement", station(victim), station(9), "administrative share of another station, program of PsExec")
    start = city.T(260)
    desktop(city, 260, ADMIN, 51800, 3, "wang.support", 8)
    city.looks_bad(260, ADMIN, station(3), "support at work on a station over remote desktop")
    talk = Talk(city.lines[5], city.T(420), ADMIN, 51830, station(5), 3389, 2600, LINUX).refused()
    city.looks_bad(420, ADMIN, station(5), "support finds a station switched off")
    city.everyday(1500)
