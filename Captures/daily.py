"""The everyday traffic of a site: pages, names, time, mail, files, monitoring; nothing in it is meant to
raise an alert.
"""

import binascii
import struct

import protocols
import windows
from packets import SECOND, Dice, Talk, hardware, packed

SENTENCES = [
    "全市政务服务事项实现一网通办，群众办事更加便捷高效。",
    "各镇街便民服务站延长服务时间，方便企业和群众错峰办理业务。",
    "市政务数据局组织召开数据共享工作推进会，部署下一阶段重点任务。",
    "预约系统升级期间，部分业务办理时间可能延长，敬请谅解。",
    "请各单位于本月底前完成信息系统自查，并按要求报送结果。",
    "政务服务大厅新增自助终端二十台，支持社保、税务、不动产等业务查询。",
    "关于公布第三批电子证照应用场景清单的通知。",
    "窗口受理、后台分类审批、统一窗口出件的模式全面推开。",
]
CAPTIONS = ["通知公告", "办事指南", "政策解读", "数据开放", "互动交流", "营商环境"]


def page(seed, paragraphs=14):
    """A page of a government portal, different for each seed."""
    dice = Dice("page", seed)
    rows = "".join(
        f'<li><a href="/art/2026/{dice.between(1, 11)}/art_{dice.below(99999)}.html">{dice.choice(SENTENCES)}</a></li>\n'
        for _ in range(paragraphs)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{dice.choice(CAPTIONS)}</title></head>\n'
        f"<body><h1>{dice.choice(CAPTIONS)}</h1><ul>\n{rows}</ul></body></html>\n"
    )


def picture(seed, length):
    """A PNG file whose pixels are noise."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", binascii.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", Dice("picture", seed).bytes(length))
        + chunk(b"IEND", b"")
    )


def visit(
    link,
    start,
    client,
    server,
    host,
    port=80,
    pages=2,
    systems=("windows", "linux"),
    headers=(),
    delay=9000,
    rough=False,
):
    """A person reads some pages over one connection: zipped, in chunks, with a picture and a script not changed since."""
    dice = Dice("visit", start, client, server)
    talk = Talk(link, start, client, dice.between(49152, 65000), server, port, delay, systems).open()
    talk.rough = rough
    common = [
        ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
        ("Accept-Encoding", "gzip, deflate"),
        ("Accept-Language", "zh-CN,zh;q=0.9"),
        *headers,
    ]
    for number in range(pages):
        path = dice.choice(
            [
                "/",
                "/art/2026/11/art_1029.html",
                "/zwgk/index.html",
                "/search?q=%E4%B8%8D%E5%8A%A8%E4%BA%A7&page=2",
            ]
        )
        talk.ask(
            protocols.request("GET", path, host, common),
            40_000 if number == 0 else dice.between(2, 9) * SECOND,
        )
        talk.answer(
            protocols.response(
                body=page((start, number)), zipped=dice.below(3) > 0, chunked=dice.below(2) == 0
            ),
            18_000,
        )
        talk.ask(
            protocols.request(
                "GET",
                f"/images/{dice.choice(['logo', 'banner', 'bg'])}.png",
                host,
                common + [("Referer", f"http://{host}{path}")],
            )
        )
        talk.answer(
            protocols.response(body=picture((start, number), dice.between(500, 1500)), kind="image/png")
        )
        talk.ask(
            protocols.request(
                "GET", "/js/site.js?v=20261101", host, common + [("If-None-Match", '"5f3-61a2"')]
            )
        )
        talk.answer(protocols.response("304 Not Modified", kind=None, headers=[("ETag", '"5f3-61a2"')]))
    return talk.close(by_server=dice.below(3) == 0)


def secure_visit(link, start, client, server, recording, system="windows", delay=12000):
    """A visit over TLS."""
    port = Dice("secure", start, client, server).between(49152, 65000)
    return protocols.tls(Talk(link, start, client, port, server, 443, delay, (system, "linux")), recording)


def names(link, start, client, server):
    """What a client looks up in some minutes: addresses, aliases, mail, services, text, names that do not exist."""
    alias = "edge7.update.example.cdn.example"
    edge = "e1872-a3f09c5b7d2e4f61.gslb-cn-south-2.cdn.example"
    asks = [
        ("www.city.example", "A", [(None, "A", 300, "10.31.4.20")], 0),
        ("www.city.example", "AAAA", [(None, "AAAA", 300, "2001:db8:31:4::20")], 0),
        (
            "edge7.update.example",
            "A",
            [(None, "CNAME", 60, alias), (alias, "CNAME", 60, edge), (edge, "A", 20, "192.0.2.81")],
            0,
        ),
        ("static.news.example", "HTTPS", [(None, "HTTPS", 300, b"\0\x01\0\0\x01\0\x06\x02h2\x02h3")], 0),
        ("city.example", "MX", [(None, "MX", 3600, (10, "mail.city.example"))], 0),
        ("city.example", "TXT", [(None, "TXT", 3600, "v=spf1 ip4:198.51.100.0/28 -all")], 0),
        (
            "_ldap._tcp.dc._msdcs.city.example",
            "SRV",
            [(None, "SRV", 600, (0, 100, 389, "dc1.city.example"))],
            0,
        ),
        ("20.4.31.10.in-addr.arpa", "PTR", [(None, "PTR", 3600, "www.city.example")], 0),
        (
            "city.example",
            "NS",
            [(None, "NS", 86400, "ns1.city.example"), (None, "NS", 86400, "ns2.city.example")],
            0,
        ),
        ("wpad.city.example", "A", [], 3),
    ]
    dice, now = Dice("names", start, client), start
    for text, kind, answers, code in asks:
        if dice.below(10) < 3:
            continue
        soa = (
            [
                (
                    "city.example",
                    "SOA",
                    900,
                    ("ns1.city.example", "admin.city.example", 2026112001, 7200, 900, 604800, 900),
                )
            ]
            if code
            else []
        )
        protocols.lookup(link, now, client, server, text, kind, answers, code, soa, edns=dice.below(2) == 0)
        now += dice.between(100, 9000) * 1000
    return now


def mail(link, start, sender, receiver, delay=15000):
    """One message from mail server to mail server (RFC 5321)."""
    talk = Talk(
        link,
        start,
        sender,
        Dice("mail", start).between(32768, 60000),
        receiver,
        25,
        delay,
        ("linux", "linux"),
    ).open()
    talk.answer(b"220 mail.city.example ESMTP\r\n").ask(b"EHLO relay.partner.example\r\n")
    talk.answer(b"250-mail.city.example\r\n250-SIZE 20480000\r\n250 8BITMIME\r\n")
    for line, said in (
        (b"MAIL FROM:<office@partner.example> SIZE=912\r\n", b"250 2.1.0 Ok\r\n"),
        (b"RCPT TO:<service@city.example>\r\n", b"250 2.1.5 Ok\r\n"),
        (b"DATA\r\n", b"354 End data with <CR><LF>.<CR><LF>\r\n"),
    ):
        talk.ask(line).answer(said)
    text = (
        "From: office@partner.example\r\nTo: service@city.example\r\nSubject: =?UTF-8?B?5Lya6K6u6YCa55+l?=\r\nDate: Fri, 20 Nov 2026 09:11:00 +0800\r\n"
        "Message-ID: <20261120.911@partner.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        + "\r\n".join(SENTENCES)
    )
    talk.ask(text.encode() + b"\r\n.\r\n").answer(b"250 2.0.0 Ok: queued as 4F21A\r\n").ask(
        b"QUIT\r\n"
    ).answer(b"221 2.0.0 Bye\r\n")
    return talk.close(by_server=True)


def share(link, start, client, server):
    """A clerk opens a document on the file server."""
    talk = windows.SMBTalk(link, start, client, Dice("share", start).between(49152, 65000), server)
    talk.negotiate().log_in("clerk07").connect("\\\\FILESRV\\public").open("notices\\2026-11.docx")
    body = struct.pack("<HBBIQQQIIII", 49, 0x50, 0, 900, 0, 0, 0, 0, 0, 0, 0)[:48] + b"\0"
    data = b"D0cument" + Dice("document", start).bytes(900)
    talk.exchange(8, body, struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data)
    return talk.close()


def uptime(number):
    """SNMP: how long are you up? (RFC 1157)"""

    def item(kind, content):
        return bytes([kind, len(content)]) + content

    names_asked = item(0x30, item(0x30, item(6, bytes.fromhex("2b06010201010300")) + item(5, b"")))
    numbers = item(2, struct.pack(">H", number & 0x7FFF)) + item(2, b"\0") * 2
    return item(0x30, item(2, b"\x01") + item(4, b"city-ro") + item(0xA0, numbers + names_asked))


def monitor(link, start, end, station, hosts, every=60 * SECOND):
    """Echo requests and SNMP questions of a monitoring station."""
    now, number = start, 0
    while now < end:
        for place, host in enumerate(hosts):
            when = now + place * 130_000
            link.ping(when, station, host, 0x4D00 + place, number & 0xFFFF, bytes(range(8, 64)))
            link.udp(when + 9000, station, 40000 + place, host, 161, uptime(number))
        number += 1
        now += every


def neighbours(link, start, end, addresses, router, every=240 * SECOND):
    """ARP questions for the router (RFC 826), and its answers."""
    now = start
    while now < end:
        for place, address in enumerate(addresses):
            mine, theirs = link.mac(address), link.router
            ask = (
                struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + mine + packed(address) + bytes(6) + packed(router)
            )
            link.raw(now + place * 70_000, mine, b"\xff" * 6, 0x0806, ask)
            said = (
                struct.pack(">HHBBH", 1, 0x0800, 6, 4, 2) + theirs + packed(router) + mine + packed(address)
            )
            link.raw(now + place * 70_000 + 300, theirs, mine, 0x0806, said)
        now += every


def dial(link, start, address, seed):
    """PPPoE discovery, then link and address negotiation (RFC 2516, RFC 1661, RFC 1332), as far as a tap needs to see."""
    modem, router, session = hardware(f"{link.name}/modem"), link.router, link.pppoe
    unique = b"\x01\x03\x00\x04" + Dice("dial", seed).bytes(4)
    for step, (source, target, code, number, tags) in enumerate(
        (
            (modem, b"\xff" * 6, 0x09, 0, b"\x01\x01\0\0" + unique),
            (router, modem, 0x07, 0, b"\x01\x01\0\0\x01\x02\0\x07BRAS-DM" + unique),
            (modem, router, 0x19, 0, b"\x01\x01\0\0" + unique),
            (router, modem, 0x65, session, b"\x01\x01\0\0" + unique),
        )
    ):
        link.raw(
            start + step * 4000,
            source,
            target,
            0x8863,
            struct.pack(">BBHH", 0x11, code, session if number else 0, len(tags)) + tags,
        )
    magic = Dice("magic", seed).bytes(4)
    steps = [
        (modem, router, 0xC021, b"\x01\x01\0\x0e\x01\x04\x05\xd4\x05\x06" + magic),
        (router, modem, 0xC021, b"\x02\x01\0\x0e\x01\x04\x05\xd4\x05\x06" + magic),
        (modem, router, 0x8021, b"\x01\x02\0\x0a\x03\x06\0\0\0\0"),
        (router, modem, 0x8021, b"\x03\x02\0\x0a\x03\x06" + packed(address)),
        (modem, router, 0x8021, b"\x01\x03\0\x0a\x03\x06" + packed(address)),
        (router, modem, 0x8021, b"\x02\x03\0\x0a\x03\x06" + packed(address)),
    ]
    for step, (source, target, number, body) in enumerate(steps):
        link.raw(
            start + 20_000 + step * 3000,
            source,
            target,
            0x8864,
            struct.pack(">BBHHH", 0x11, 0, session, len(body) + 2, number) + body,
        )


def keepalive(link, start, end, seed, every=60 * SECOND):
    """Echo requests of the link protocol (RFC 1661 §5.8)."""
    modem, magic, number, now = hardware(f"{link.name}/modem"), Dice("magic", seed).bytes(4), 1, start
    while now < end:
        for code, source, target, delay in ((9, link.router, modem, 0), (10, modem, link.router, 900)):
            body = struct.pack(">BBH", code, number & 255, 8) + magic
            link.raw(
                now + delay,
                source,
                target,
                0x8864,
                struct.pack(">BBHHH", 0x11, 0, link.pppoe, len(body) + 2, 0xC021) + body,
            )
        number += 1
        now += every
