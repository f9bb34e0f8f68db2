"""Cases of access.rules."""

from cases import OUTSIDE, SERVER, get, speech, web
from cases.lateral import redis
from cases.tunnel_beacon import lookups
from packets import SECOND, Talk
from protocols import response
from windows import SMBTalk, rdp_confirm, rdp_request

TOOLS = [
    (9001011, "relay-3a.net.anydesk.com", "www.anydesk.com"),
    (9001012, "router7.teamviewer.com", "www.teamviewer.com"),
    (9001013, "authds.todesk.com", "www.todesk.com.example"),
    (9001014, "slapi.oray.net", "www.oray.com"),
    (9001015, "rs-ny.rustdesk.com", "www.rustdesk.com"),
    (9001016, "3f2a.r6.cpolar.cn", "www.cpolar.example"),
    (9001017, "x8k2.natappfree.cc", "www.natapp.cn"),
    (9001018, "tunnel.us.ngrok.com", "www.ngrok.com"),
    (9001019, "city-1234.portmap.io", "www.portmap.example"),
    (9001020, "controlplane.tailscale.com", "www.tailscale.com"),
    (9001021, "root.zerotier.com", "www.zerotier.com"),
]


def desktops(count, name, every=3 * SECOND):
    """Remote desktop connections to many hosts from outside."""

    def play(case):
        client = case.place(True)
        for number in range(count):
            talk = Talk(case.link, case.start + number * every, client, case.port + number, f"10.40.7.{number + 2}", 3389)
            talk.open().ask(rdp_request(name)).answer(rdp_confirm()).close()

    return play


def share(outside):
    """A share opened from outside or inside."""

    def play(case):
        SMBTalk(case.link, case.start, case.place(outside), case.port, "10.32.10.12").negotiate().log_in("zhang").connect("\\\\10.32.10.12\\public").close()

    return play


def cases(theme):
    """All cases."""
    hit, miss = theme.hit, theme.miss
    hit(9001001, "administrator", speech(3389, rdp_request("administrator"), rdp_confirm()))
    miss(9001001, "a person", speech(3389, rdp_request("zhang.wei"), rdp_confirm()))
    hit(9001002, "20 hosts in a minute", desktops(20, "fwz"), also=[9000406])
    miss(9001002, "9 hosts in half a minute", desktops(9, "wang"))
    hit(9001003, "from outside", share(True))
    miss(9001003, "from inside", share(False))
    greeting = b"RFB 003.008\n"
    hit(9001004, "no password", speech(5900, greeting, greeting, b"\x01\x01", first="server"))
    miss(9001004, "password", speech(5900, greeting, greeting, b"\x01\x02", first="server"))
    hit(9001005, "all keys", speech(6379, redis("keys", "*"), b"*0\r\n"))
    miss(9001005, "is it there?", speech(6379, redis("ping"), b"+PONG\r\n"))
    keys = response(body='{"action":"get"}', kind="application/json", headers=[("X-Etcd-Cluster-Id", "7e27652122e8b2ae")])
    hit(9001006, "keys", web((get("/v2/keys/?recursive=true"), keys), port=2379))
    miss(9001006, "another service", web((get("/v2/keys/"), response("404 Not Found", "no")), port=2379))
    hit(9001007, "indices", web(get("/_cat/indices?v"), port=9200))
    miss(9001007, "the service's name", web(get("/"), port=9200))
    hit(9001008, "containers", web(get("/v1.41/containers/json"), port=2375))
    miss(9001008, "a page", web(get("/index.html"), port=2375))
    for sid, bad, good in TOOLS:
        hit(sid, bad, lookups([bad]))
        miss(sid, good, lookups([good]))
