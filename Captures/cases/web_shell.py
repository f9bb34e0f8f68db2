"""Cases of web-shell.rules."""

from cases import OUTSIDE, answer, get, post, speech, web
from protocols import form, response

MULTIPART = "multipart/form-data; boundary=----x1"
DENIED = response("403 Forbidden", "no")


def upload(name, content):
    """A file uploaded in a form."""
    return web(
        post(
            "/file/save.do", form("----x1", [("file", name, "application/octet-stream", content)]), MULTIPART
        )
    )


def cases(theme):
    """All cases."""
    hit, miss = theme.hit, theme.miss
    hit(
        9000101,
        "JSP with exec",
        upload(
            "a.jsp", '<%@page import="java.util.*"%><%Runtime.getRuntime().exec(request.getParameter("c"));%>'
        ),
    )
    miss(
        9000101,
        "a lesson about Java, without a page's marks",
        upload("lesson.txt", 'Process p = Runtime.getRuntime().exec("ls");'),
    )
    miss(
        9000101,
        "an honest JSP",
        upload("a.jsp", '<%@page import="java.util.*"%><%out.println(new Date());%>'),
    )
    hit(9000102, "one-line PHP", upload("a.php", "<?php @eval($_POST['x']);?>"))
    hit(9000102, "PHP that decodes first", upload("a.php", "<?php assert(base64_decode($_REQUEST['k'])); ?>"))
    miss(9000102, "an honest PHP form", upload("a.php", "<?php echo htmlspecialchars($_POST['name']); ?>"))
    hit(
        9000103,
        "one-line ASP.NET",
        upload("a.aspx", '<%@ Page Language="Jscript"%><%eval(Request.Item["z"],"unsafe");%>'),
    )
    miss(
        9000103,
        "an honest ASP.NET page",
        upload("a.aspx", '<%@ Page Language="C#"%><%=Request.QueryString["z"]%>'),
    )
    hit(
        9000104,
        "PUT of a JSP with a slash behind it",
        web((post("/up/1.jsp/", "<% %>", "text/plain", method="PUT"), response("201 Created"))),
    )
    miss(
        9000104,
        "PUT of a document",
        web((post("/dav/plan.docx", "words", "text/plain", method="PUT"), response("201 Created"))),
    )
    hit(9000105, "whoami in a JSP's parameter", web((get("/upload/x.jsp?pwd=1&cmd=whoami"), DENIED)))
    hit(
        9000105,
        "cat of a file in a PHP's parameter",
        web((get("/upload/x.php?cmd=cat%20/var/log/messages"), DENIED)),
    )
    miss(9000105, "an application's own command", web(get("/oa/doc.jsp?cmd=list&page=2")))
    miss(
        9000105,
        "an application's own command that begins like a shell's",
        web(get("/oa/doc.jsp?cmd=idea_edit")),
    )
    hit(9000106, "output of id", answer("uid=0(root) gid=0(root) groups=0(root)\n"))
    miss(9000106, "an address with uid and gid", answer('<a href="/u?uid=1001&gid=12">Zhang (office)</a>'))
    hit(9000107, "whoami of a service", answer("nt authority\\system\r\n"))
    miss(
        9000107,
        "a manual that names the account in a sentence",
        answer("The service runs as NT AUTHORITY\\SYSTEM by default."),
    )
    hit(
        9000108,
        "directory of a drive",
        answer(
            " Volume in drive C has no label.\r\n Directory of C:\\inetpub\r\n\r\n11/02/2026  09:00 AM    <DIR>          .\r\n"
            "               2 Dir(s)  20,113,408 bytes free\r\n"
        ),
    )
    miss(
        9000108,
        "the words without the listing",
        answer("<h1>Directory of offices</h1> Directory of the city's offices, <b>1,024 bytes free</b>"),
    )
    hit(
        9000109,
        "ipconfig",
        answer("\r\nWindows IP Configuration\r\n\r\n   IPv4 Address. . . . . . . . . . . : 10.31.4.20\r\n"),
    )
    hit(
        9000109,
        "ipconfig in Chinese",
        answer(
            b"\r\nWindows IP \xc5\xe4\xd6\xc3\r\n\r\n   IPv4 \xb5\xd8\xd6\xb7 . . . . . . . . . . . . : 10.31.4.20\r\n"
        ),
    )
    miss(
        9000109,
        "help on the command",
        answer("Windows IP settings: run ipconfig and read the line IPv4 Address."),
    )
    hit(
        9000110,
        "ifconfig",
        answer("lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n        inet 127.0.0.1  netmask 255.0.0.0\n"),
    )
    hit(
        9000110,
        "ip addr",
        answer("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n"),
    )
    miss(9000110, "an article on the loopback", answer("The LOOPBACK interface has the address 127.0.0.1."))
    hit(9000111, "accounts", answer("root:x:0:0:root:/root:/bin/bash\nbin:x:1:1:bin:/bin:/sbin/nologin\n"))
    miss(
        9000111,
        "an article that shows one field",
        answer("In the line root:x:0:0 the third field is the number."),
    )
    banner = b"Microsoft Windows [Version 10.0.17763.107]\r\n(c) 2018 Microsoft Corporation. All rights reserved.\r\n\r\nC:\\>"
    hit(
        9000112,
        "a command prompt calls back",
        speech(4444, banner, b"whoami\n", server=OUTSIDE, outside=False),
    )
    miss(
        9000112,
        "a message that mentions the version later",
        speech(
            4445,
            b"Report: host runs Microsoft Windows [Version 10.0]",
            b"ok\n",
            server=OUTSIDE,
            outside=False,
        ),
    )
    hit(
        9000113,
        "a shell calls back",
        speech(
            4444,
            b"bash: cannot set terminal process group (811): Inappropriate ioctl for device\nbash: no job control in this shell\n"
            b"tomcat@portal:~$ ",
            b"id\n",
            server=OUTSIDE,
            outside=False,
        ),
    )
    miss(
        9000113,
        "another shell's words",
        speech(4445, b"bash: no such job\n", b"ok\n", server=OUTSIDE, outside=False),
    )
    archive = b"PK\x03\x04\x14\0\x08\x08\x08\0" + bytes(40)
    hit(
        9000114,
        "an archive to the manager",
        web(
            post(
                "/manager/html/upload?org.apache.catalina.filters.CSRF_NONCE=1",
                form("----x1", [("deployWar", "s.war", "application/octet-stream", archive)]),
                MULTIPART,
            )
        ),
    )
    miss(
        9000114,
        "an archive to another application",
        web(
            post(
                "/news/manager/upload",
                form("----x1", [("file", "s.zip", "application/zip", archive)]),
                MULTIPART,
            )
        ),
    )
