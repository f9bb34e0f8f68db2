#!/usr/bin/env python3
"""Writes input.pcap of every golden case that has none of its own.

    make-golden.py [FOLDER]      # default: Tests/GoldenTests/Cases

Only the standard library is used, and the bytes are the same each time. What a case is about says its README.md.
"""

import hashlib
import pathlib
import struct
import zlib

import quic
from arguments import folder
from packets import ACK, FIN, PSH, RST, SYN, UDP, Capture, Link, Talk, at, checksum, packed, transport_checksum
from protocols import question, reply, request, response, tls

HERE = pathlib.Path(__file__).resolve().parent
CLIENT, SERVER, RESOLVER = "10.20.1.7", "198.51.100.20", "10.20.1.53"
ROUTER = "198.51.100.1"
BEGIN = at("2026-11-20T02:00:00Z")


def plain(capture):
    """An Ethernet line without tags."""
    return Link(capture, "golden", local=("10.20.",))


def web(link, start=BEGIN, port=50100):
    """A conversation with a web server, opened."""
    return Talk(link, start, CLIENT, port, SERVER, 80).open()


def http_gzip_body(capture):
    """A page that is compressed on its way."""
    page = b"<html><body>" + b"all is quiet at the tower. " * 8 + b"the beacon is lit</body></html>"
    web(plain(capture)).ask(request("GET", "/watch", "tower.example")).answer(
        response(body=page, zipped=True)
    ).close()


def content_across_segments(capture):
    """A request that leaves in segments of 7 bytes."""
    link = plain(capture)
    link.mss = 7
    web(link).ask(request("GET", "/segmented-path", "tower.example", agent=None)).answer(
        response(body=b"ok")
    ).close()


def out_of_order_segments(capture):
    """A request whose second and third segment change places, and whose first is sent again."""
    link = plain(capture)
    link.mss = 30
    talk = web(link)
    talk.rough = True
    talk.ask(request("POST", "/out/of/order", "tower.example", body=b"first=1&second=2&marker=found"))
    talk.rough = False
    talk.answer(response(body=b"ok")).close()


def dns_over_tcp(capture):
    """A name asked for over TCP, its length and its message in segments of their own."""
    talk = Talk(plain(capture), BEGIN, CLIENT, 50200, RESOLVER, 53).open()
    asked = question(0x1234, "signal.tower.example", "TXT")
    told = reply(0x1234, "signal.tower.example", "TXT", [(None, "TXT", 60, "smoke by day, fire by night")])
    talk.ask(struct.pack(">H", len(asked))).ask(asked[:9]).ask(asked[9:])
    talk.answer(struct.pack(">H", len(told)) + told).close()


def tls_sni(capture):
    """A recorded TLS session."""
    tls(Talk(plain(capture), BEGIN, CLIENT, 50300, SERVER, 443), "portal")


def tls_refusals(capture):
    """A hello that servers answer with an alert, of two versions, with a page of HTTP, and not at all."""
    link = plain(capture)
    hello = quic.client_hello(b"tower.example")
    page = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno"
    for number, answer in enumerate((b"\x15\3\1\0\2\2\x46", b"\x15\3\3\0\2\2\x46", page, b"")):
        talk = Talk(link, BEGIN + number * 1_000_000, CLIENT, 52400 + number, SERVER, 443).open()
        talk.ask(b"\x16\3\1" + struct.pack(">H", len(hello)) + hello)
        if answer:
            talk.answer(answer)
        talk.close(by_server=True)


def long_file_names(capture):
    """Answers to paths of 4,096 bytes and of one more."""
    link = plain(capture)
    for number, length in enumerate((4096, 4097)):
        talk = web(link, BEGIN + number * 1_000_000, 52410 + number)
        talk.ask(request("GET", "/" + "a" * (length - 1), "tower.example"))
        talk.answer(response(body=b"the beacon is lit")).close()


def pppoe(capture):
    """A request over a PPPoE session."""
    web(Link(capture, "golden", local=("10.20.",), pppoe=0x2A)).ask(
        request("GET", "/over-pppoe", "tower.example")
    ).answer(response(body=b"ok")).close()


def ip_fragments(capture):
    """A datagram in three fragments that come in the wrong order; the rule's content lies across two of them."""
    link = plain(capture)
    data = b"x" * 20 + b"the signal lies across fragments" + b"y" * 40
    head = struct.pack(">HHH", 40000, 9000, 8 + len(data))
    total = transport_checksum(CLIENT, SERVER, UDP, head + b"\0\0" + data)
    whole = head + struct.pack(">H", total) + data
    for position, (start, end) in enumerate([(64, len(whole)), (0, 40), (40, 64)]):
        more = 0x2000 if end < len(whole) else 0
        piece = whole[start:end]
        header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(piece), 0x7777, more | start // 8, 64, UDP, 0)
        header += packed(CLIENT) + packed(SERVER)
        header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
        capture.add(BEGIN + position * 1000, link.frame(CLIENT, SERVER, header + piece))


def fragment_headers(capture):
    """IPv6: a datagram without fragment header, one that is whole in spite of it, and one in three fragments."""
    link = plain(capture)
    client, server = "2001:db8:20::7", "2001:db8:51::20"
    head = struct.pack(">HHH", 40000, 9000, 8 + 60)
    data = head + struct.pack(">H", transport_checksum(client, server, UDP, head + b"\0\0" + b"x" * 60)) + b"x" * 60
    link.send(BEGIN, client, server, UDP, data)
    for position, (start, end) in enumerate([(0, len(data)), (0, 24), (24, 48), (48, len(data))]):
        more = 1 if end < len(data) else 0
        header = struct.pack(">BBHI", UDP, 0, start | more, 0x7777 if position else 0x7776)
        link.send(BEGIN + 1000 + position * 1000, client, server, 44, header + data[start:end])


def last_headers(capture):
    """IPv6 that ends with its extension headers, is cut in them, or carries what it must not; and errors about a flow."""
    link = plain(capture)
    client, server = "2001:db8:20::7", "2001:db8:51::20"
    options = b"\5\2\0\0\1\0"  # a router alert, and padding
    mobility = b"\x01\5\0\0\0\0\0\1\0\0\x0e\x10\1\2"
    routing = b"\0\2\0\0\0\0"
    cases = (
        (59, b""), (59, b"beacon"), (135, b"\x3b\1" + mobility), (135, b"\x3b\1" + mobility + b"left"),
        (0, b"\x3b\0" + options), (0, b"\x3b\0" + options + b"left over"), (60, b"\x3b\0" + options),
        (43, b"\x3b\0" + routing), (0, b"\x87\0" + options + b"\x3b\1" + mobility), (135, b"\x11\1" + mobility),
        (0, b"\6\0" + options), (0, b"\6"), (0, b"\x3b\1" + options), (60, b"\x29\0" + options + b"\x60" + bytes(39)),
        (60, b"\x2f\0" + options + bytes(8)), (60, b"\4\0" + options + b"\x45" + bytes(19)), (1, b"\3\1\0\0beacon"),
        (60, b"\1\0" + options + b"\3\1\0\0"), (253, b"beacon"), (60, b"\xfd\0" + options + b"beacon"),
        (135, b"\0\1" + mobility + b"\x3b\0" + options), (51, b"\x3b\1\0\0" + bytes(8)), (139, b"\x11"),
    )
    for number, (header, data) in enumerate(cases):
        link.send(BEGIN + number * 1000, client, server, header, data)
    talk = web(link, BEGIN + 1_000_000)
    inner = struct.pack(">BBHHHBBH", 0x45, 0, 40, 7, 0, 60, 6, 0) + packed(CLIENT) + packed(SERVER)
    ports = struct.pack(">HHI", 50100, 80, 1)
    link.icmp(BEGIN + 2_000_000, ROUTER, CLIENT, 3, 1, 0, inner + ports)
    talk.ask(request("GET", "/", "tower.example")).answer(response(body=b"quiet")).close()
    inner = struct.pack(">BBHHHBBH", 0x45, 0, 32, 8, 0, 60, 17, 0) + packed(CLIENT) + packed(RESOLVER)
    link.udp(BEGIN + 3_000_000, CLIENT, 52000, RESOLVER, 5353, b"smoke")
    link.icmp(BEGIN + 3_001_000, RESOLVER, CLIENT, 3, 3, 0, inner + struct.pack(">HHHH", 52000, 5353, 12, 0))


def packets_in_l2tp(capture):
    """A datagram in PPP in L2TP, as dial-up lines carry it."""
    inner = struct.pack(">HHHH", 40000, 9001, 13, 0) + b"smoke"
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(inner), 1, 0, 64, UDP, 0) + packed(CLIENT) + packed(SERVER)
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    message = struct.pack(">HHHBBH", 2, 5, 50, 0xFF, 3, 0x21) + head + inner
    plain(capture).udp(BEGIN, RESOLVER, 1701, ROUTER, 1701, message)


def flowbits(capture):
    """Two conversations: one logs in before it asks for the list, one does not."""
    link = plain(capture)
    web(link).ask(request("GET", "/login", "tower.example")).answer(response(body=b"welcome")).ask(
        request("GET", "/list", "tower.example")
    ).answer(response(body=b"names")).close()
    web(link, BEGIN + 5_000_000, 50101).ask(request("GET", "/list", "tower.example")).answer(
        response(body=b"names")
    ).close()


def thresholds(capture):
    """Twelve datagrams, one a second."""
    link = plain(capture)
    for number in range(12):
        link.udp(BEGIN + number * 1_000_000, CLIENT, 40000, SERVER, 9001, b"knock %d" % number)


def truncated_capture(capture):
    """A request; the file is cut within its last record afterwards."""
    web(plain(capture)).ask(request("GET", "/before-the-end", "tower.example")).answer(
        response(body=b"ok")
    ).close()


def stream_overlap(capture):
    """A segment is sent twice with other bytes the second time: the first bytes count."""
    talk = web(plain(capture))
    talk.now += 1000
    first = b"GET /first-path HTTP/1.1\r\n"
    begin = talk.client.next
    talk.segment(talk.client, PSH | ACK, first)
    talk.now += 100
    talk.segment(talk.client, PSH | ACK, b"GET /other-path HTTP/1.1\r\n", sequence=begin)
    talk.ask(b"Host: tower.example\r\n\r\n").answer(response(body=b"ok")).close()


def icmp_error(capture):
    """A router's error about a request comes before the server acknowledges it."""
    link = plain(capture)
    talk = web(link)
    talk.now += 1000
    question = request("GET", "/behind-the-error", "tower.example")
    begin = talk.client.next
    talk.segment(talk.client, PSH | ACK, question)
    talk.now += 200
    quoted = struct.pack(
        "!BBHHHBBH4s4sHHI", 0x45, 0, 40 + len(question), 7, 0x4000, 63, 6, 0, packed(CLIENT), packed(SERVER),
        talk.client.port, talk.server.port, begin)
    link.icmp(talk.now, ROUTER, CLIENT, 3, 13, 0, quoted)
    talk.now += 800
    talk.segment(talk.server, ACK)
    talk.answer(response(body=b"ok")).close()


def closing(capture):
    """Two streams of an unknown protocol, too short to be looked at before a side closes: the client, the server."""
    for port, by_server in ((7001, False), (7002, True)):
        talk = Talk(plain(capture), BEGIN + (port - 7001) * 5_000_000, CLIENT, port + 40000, SERVER, port).open()
        talk.ask(b"the beacon is lit at the tower").answer(b"seen from the wall")
        talk.close(by_server=by_server)


def payload_sizes(capture):
    """Streams of an unknown protocol in segments of 6, 10 and 4 bytes, one of them sent twice, and datagrams."""
    link = plain(capture)
    talk = Talk(link, BEGIN, CLIENT, 47003, SERVER, 7003).open()
    begin = talk.client.next
    talk.ask(b"beacon").ask(b" is lit at").ask(b" the")
    talk.now += 500
    talk.segment(talk.client, PSH | ACK, b" is lit at", sequence=begin + 6)
    talk.answer(b"seen from the wall").close()
    talk = Talk(link, BEGIN + 5_000_000, CLIENT, 47004, SERVER, 7004).open()
    begin = talk.client.next
    talk.now += 1000
    talk.segment(talk.client, PSH | ACK, b" is lit at", sequence=begin + 6)
    talk.now += 100
    talk.segment(talk.client, PSH | ACK, b"beacon")
    talk.now += 100
    talk.client.next = begin + 16
    talk.server.seen = begin + 16
    talk.segment(talk.server, ACK)
    talk.close(by_server=True)
    for number, data in enumerate((b"", b"beacon", b" is lit at")):
        link.udp(BEGIN + 9_000_000 + number * 1000, CLIENT, 47005, SERVER, 7005, data)


def holes_in_streams(capture):
    """Streams of an unknown protocol in segments of 100 bytes, some of which the tap has lost."""
    link = plain(capture)
    for number, (lost, acknowledged) in enumerate(
        (((3,), (2, 6, 7, 8, 9, 10, 11)), ((3,), (2, 8, 11)), ((3, 4, 5), (4, 9)), ((1, 2, 5), (1, 2, 5, 9, 12)))
    ):
        talk = Talk(link, BEGIN + number * 5_000_000, CLIENT, 47100 + number, SERVER, 7100).open()
        for place in range(14):
            talk.now += 1000
            data = b"".join(b"%09d\n" % (place * 10 + line) for line in range(10))
            if place in lost:
                talk.client.next += len(data)
            else:
                talk.segment(talk.client, PSH | ACK, data)
            talk.server.seen = talk.client.next
            if place in acknowledged:
                talk.segment(talk.server, ACK)
        talk.close()


def holes_in_heads(capture):
    """Requests and answers of which bytes were lost: in the first line, in and over header lines, a line end, the end of the
    headers; in the first and in a second exchange."""
    link = plain(capture)
    full = request("GET", "/beacon/tower", "tower.example", [("X-Wall", "north")], agent="watch")
    page = response(body=b"all is quiet")
    form = request("POST", "/beacon", "tower.example", body=b"field=abcdefghijklmn")
    cuts = [(full, 10, 1), (full, 10, 12), (full, 35, 4), (full, 35, 30), (full, 24, 4), (form, len(form) - 25, 10)]

    def lossy(talk, sender, data, start, count):
        other = talk.server if sender is talk.client else talk.client
        talk.say(sender, data[:start], 1000)
        sender.next += count
        other.seen += count
        talk.say(sender, data[start + count :], 1000)

    for number, (asked, start, count) in enumerate(cuts):
        for second in (False, True):
            talk = web(link, BEGIN + (number * 2 + second) * 3_000_000, 50200 + number * 2 + second)
            if second:
                talk.ask(full).answer(page)
            lossy(talk, talk.client, asked, start, count)
            talk.answer(page).close()
    for number, (start, count) in enumerate(((25, 6), (30, 40))):
        talk = web(link, BEGIN + (20 + number) * 3_000_000, 50220 + number).ask(full)
        lossy(talk, talk.server, page, start, count)
        talk.ask(full).answer(page).close()


def missing_beginnings(capture):
    """An answer of an unknown protocol and the body of one of HTTP, whose beginnings the tap has lost: those are
    acknowledged, what was seen behind them is not yet."""
    link = plain(capture)
    plainly = Talk(link, BEGIN, CLIENT, 47201, SERVER, 7201).open().ask(b"is it lit?")
    page = web(link, BEGIN + 5_000_000, 47202).ask(request("GET", "/", "tower.example"))
    page.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\nabc")
    for talk in (plainly, page):
        begin = talk.server.next
        for missing, data in ((3000, b"the beacon is lit"), (1000, b"at the tower"), (0, b"and seen from the wall")):
            talk.server.next += missing
            talk.now += 500
            talk.segment(talk.server, PSH | ACK, data)
            talk.client.seen = begin + 2900
            talk.now += 500
            talk.segment(talk.client, ACK)
        talk.client.seen = talk.server.next
        talk.close()


def holes_in_bodies(capture):
    """Forms of which the tap has lost a part, in bodies below and beyond what rules wait for."""
    link = plain(capture)
    for number, (announced, sent) in enumerate(((20_000, 20), (60_000, 20), (60_000, 60))):
        talk = web(link, BEGIN + number * 5_000_000, 50700 + number)
        talk.ask(b"POST /%d HTTP/1.1\r\nHost: tower.example\r\nContent-Length: %d\r\n\r\n" % (number, announced))
        for place in range(sent):
            data = b"beacon %03d " % place + b"." * 989
            talk.now += 1000
            if place == 10:
                talk.client.next += len(data)
            else:
                talk.segment(talk.client, PSH | ACK, data)
            talk.server.seen = talk.client.next
            talk.segment(talk.server, ACK)
        talk.answer(response(body=b"ok")).close()


def made_up_packets(capture):
    """Conversations with a web server that end in all ways, one that turns into a tunnel, and a name that is asked
    for."""
    link = plain(capture)
    page = response(body=b"all is quiet")

    def asked(number):
        return web(link, BEGIN + number * 1_000_000, 50400 + number).ask(request("GET", f"/{number}", "tower.example"))

    asked(0).answer(page).close()
    asked(1).answer(page).close(by_server=True)
    asked(2).answer(page).reset()
    asked(3).answer(page)
    asked(4)
    asked(5).reset(by_server=True)
    talk = web(link, BEGIN + 6_000_000, 50406).ask(b"CONNECT tower.example:22 HTTP/1.1\r\nHost: tower.example\r\n\r\n")
    talk.answer(b"HTTP/1.1 200 Connection established\r\n\r\n")
    talk.answer(b"SSH-2.0-beacon\r\n").ask(b"SSH-2.0-watch\r\n").close()
    link.udp(BEGIN + 8_000_000, CLIENT, 47007, RESOLVER, 53, question(7, "signal.tower.example", "A"))


def ends_of_streams(capture):
    """Answers that last until their connection is closed, by either side; content and half a line behind it; one that is
    cut, one that does not come, one that alone tells the protocol; a conversation over TLS."""
    link = plain(capture)
    endless = b"HTTP/1.1 200 OK\r\nServer: tower\r\nContent-Type: text/plain\r\n\r\nall is quiet"
    page = response(body=b"all is quiet")

    def asked(number):
        return web(link, BEGIN + number * 1_000_000, 50800 + number).ask(request("GET", f"/{number}", "tower.example"))

    asked(0).answer(endless).close()
    asked(1).answer(endless).close(by_server=True)
    asked(2).answer(page + b" and dark").close()
    asked(3).answer(page).close()
    asked(4).answer(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n").close()
    asked(5)
    tls(Talk(link, BEGIN + 6_000_000, CLIENT, 50806, SERVER, 443), "portal")
    talk = web(link, BEGIN + 8_000_000, 50808).ask(request("NOTIFY", "/", "tower.example"))
    talk.segment(talk.client, FIN | ACK)
    talk.now += 500
    talk.segment(talk.server, ACK)
    talk.segment(talk.server, PSH | ACK, page)
    talk.now += 2000
    talk.segment(talk.client, RST)


def resets(capture):
    """Requests and answers that a reset ends before they are acknowledged: by either side, before and after a FIN; a
    second FIN that acknowledges less than all; resets behind both FINs that count the first one, or not."""
    link = plain(capture)
    asked = request("GET", "/", "tower.example")
    page = response(body=b"all is quiet")

    def talk(number):
        return web(link, BEGIN + number * 1_000_000, 50900 + number)

    def told(number, flags=PSH | ACK):
        one = talk(number).ask(asked)
        one.segment(one.server, flags, page)
        return one

    one = talk(0)
    one.segment(one.client, PSH | ACK, asked)
    one.reset()
    one = talk(1)
    one.segment(one.client, PSH | ACK, asked)
    one.reset(by_server=True)
    told(2).reset()
    told(3).reset(by_server=True)
    told(4, FIN | PSH | ACK).reset(by_server=True)
    one = told(5)
    one.segment(one.client, FIN | ACK)
    one.reset(by_server=True)
    told(6).ask(asked).reset(by_server=True)
    one = talk(7).ask(asked).answer(page)
    one.segment(one.client, RST, sequence=one.client.next + 50)
    one.close()
    for number, late in ((8, False), (9, True)):
        for offset in (-1, 0):
            one = talk(number * 2 + offset).ask(asked).answer(page)
            one.segment(one.client, FIN | ACK)
            one.now += 1000
            one.server.seen -= late
            one.segment(one.server, FIN | ACK)
            one.now += 1000
            one.server.seen += late
            if late:
                one.segment(one.server, ACK)
            one.now += 1000
            one.segment(one.client, RST, sequence=one.client.next + offset)


def reset_ignored(capture):
    """Senders of a reset that go on: plain and signed resets, in and out of place, from either side, in the handshake."""
    link = plain(capture)
    asked = request("GET", "/", "tower.example")
    md5 = b"\x01\x01\x13\x12" + bytes(16)
    authentication = b"\x1d\x10\x01\x01" + bytes(12)

    def goes_on(number, options=b"", sender="client", offset=0):
        one = web(link, BEGIN + number * 1_000_000, 52000 + number)
        side = getattr(one, sender)
        one.segment(side, RST | ACK, options=options, sequence=side.next + offset)
        one.now += 5000
        one.ask(asked).answer(response(body=b"all is quiet")).close()

    goes_on(0)
    goes_on(1, md5)
    goes_on(2, authentication)
    goes_on(3, sender="server")
    goes_on(4, md5, sender="server")
    goes_on(5, md5, offset=5000)
    goes_on(6, offset=5000)
    one = web(link, BEGIN + 8_000_000, 52008).ask(asked).answer(response(body=b"all is quiet"))
    begin = one.client.next - len(asked)
    one.segment(one.client, RST | ACK)
    one.now += 5000
    one.segment(one.client, PSH | ACK, asked, sequence=begin)
    one.segment(one.client, ACK, sequence=begin)
    one.segment(one.client, SYN, sequence=begin - 1)
    one = web(link, BEGIN + 9_000_000, 52009).ask(asked).answer(response(body=b"all is quiet"))
    begin = one.client.next - len(asked)
    one.segment(one.client, RST | ACK, options=md5)
    one.now += 5000
    one.segment(one.client, PSH | ACK, asked, sequence=begin)
    one.segment(one.client, ACK, sequence=begin)
    one.close()
    one = Talk(link, BEGIN + 10_000_000, CLIENT, 52010, SERVER, 80)
    one.segment(one.client, SYN, options=one.handshake_options(one.client))
    one.now += 5000
    one.segment(one.server, RST | ACK, sequence=0)
    one.now += 5000
    one.segment(one.server, SYN | ACK, options=one.handshake_options(one.server))
    one.now += 5000
    one.segment(one.client, ACK)
    one.ask(asked).answer(response(body=b"all is quiet")).close()


def cut_messages(capture):
    """Requests and responses that end before they are whole: with FINs in either order, with resets, with the flow."""
    link = plain(capture)
    asked = request("GET", "/", "tower.example")
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\nServer: x\r\n\r\nhalf of it"
    begun = b"POST / HTTP/1.1\r\nHost: tower.example\r\nContent-Length: 90\r\n\r\nhalf of it"
    requests = (begun[:6], begun[:30], begun)
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n6\r\n of it\r\n"
    responses = (half[:11], half[:50], half, b"HTTP/1.1 200 OK\r\n\r\nto the end", b"<html>no line</html>")
    responses += (chunks, chunks[:-2], chunks[:-5], chunks[:-9])
    number = 0

    def talk():
        nonlocal number
        number += 1
        return web(link, BEGIN + number * 1_000_000, 52100 + number)

    def closes(one, ending):
        sides = (one.client, one.server)
        if ending < 2:
            for side in (sides[ending], sides[1 - ending]):
                one.segment(side, FIN | ACK)
                one.now += 3000
            one.segment(sides[ending], ACK)
        elif ending < 4:
            one.segment(sides[ending - 2], RST | ACK)
        elif ending == 4:
            one.segment(one.client, RST)

    for data in requests:
        for ending in range(6):
            closes(talk().ask(data), ending)
    for data in responses:
        for ending in range(6):
            closes(talk().ask(asked).answer(data), ending)
    one = talk().ask(asked)
    one.segment(one.server, PSH | ACK, half)
    closes(one, 0)
    one = talk().ask(begun).answer(half)
    closes(one, 0)
    one = talk().ask(begun).answer(half)
    closes(one, 1)


def http_names(capture):
    """Responses by their versions, and requests by their methods, in capitals and not, known and not."""
    link = plain(capture)
    asked = request("GET", "/", "tower.example")
    versions = (
        "HTTP/1.1 http/1.1 HttP/1.0 HTTP/0.9 HTTP/1.2 HTTP/2.0 HTTP/1. HTTP/1.10 HTTP/1.1x XHTTP/1.1"
    ).split()
    for number, version in enumerate(versions):
        talk = web(link, BEGIN + number * 1_000_000, 52300 + number).ask(asked)
        talk.answer(version.encode() + b" 200 OK\r\nContent-Length: 2\r\n\r\nab").close()
    for number, method in enumerate(("GET", "get", "Post", "FOO", " GET", "search")):
        talk = web(link, BEGIN + (20 + number) * 1_000_000, 52320 + number)
        talk.ask(request(method, "/", "tower.example")).answer(b"220 all is quiet\r\n").close()


def cut_headers(capture):
    """Requests and answers whose headers do not come to their end: by one that is too long, or by the stream's end;
    then some without headers, with a cookie alone, and without a version."""
    link = plain(capture)
    first = b"GET / HTTP/1.1\r\nHost: tower.example\r\nUser-Agent: watch\r\n"
    status = b"HTTP/1.1 200 OK\r\nServer: tower\r\n"
    long = b"X-Long: " + b"a" * 18000 + b"\r\n\r\n"
    asked = request("GET", "/", "tower.example")

    def talk(number):
        return web(link, BEGIN + number * 1_000_000, 50500 + number)

    talk(1).ask(first + long).answer(response(body=b"ok")).close()
    talk(2).ask(first + b"X-Cut: a").close()
    talk(3).ask(b"GET / HTTP/1.1\r\n").close()
    talk(4).ask(asked).answer(status + long).close()
    talk(5).ask(asked).answer(status + b"X-Cut: a").close(by_server=True)
    talk(6).ask(asked).answer(b"HTTP/1.1 200 OK\r\n").close()
    talk(7).ask(b"GET / HTTP/1.0\r\n\r\n").answer(b"HTTP/1.0 200 OK\r\n\r\nok").close()
    baked = b"HTTP/1.0 200 OK\r\nSet-Cookie: a=b\r\n\r\nok"
    talk(8).ask(b"GET / HTTP/1.0\r\nCookie: a=b\r\n\r\n").answer(baked).close()
    talk(9).ask(b"GET /\r\n").answer(b"ok").close()


def bodies_beside_streams(capture):
    """Answers of several chunks and of one: with a length, in chunks, to the end of the connection, and cut; a body of a request."""
    link = plain(capture)
    asked = request("GET", "/", "tower.example")
    page = b"".join(b"HTTP of line %03d, the beacon is lit. " % number for number in range(200))
    short = b"HTTP/1.0 200 OK\r\nServer: tower\r\n\r\n" + page[:200]
    cut = response(body=page[:200], chunked=True)[:-5]

    def talk(number):
        return web(link, BEGIN + number * 1_000_000, 52600 + number)

    talk(0).ask(asked).answer(response(body=page)).close()
    talk(1).ask(asked).answer(response(body=page, chunked=True)).ask(asked).answer(response(body=page[:200])).close()
    talk(2).ask(asked).answer(short).close(by_server=True)
    talk(3).ask(asked).answer(short).close()
    talk(4).ask(asked).answer(cut).close()
    talk(5).ask(request("POST", "/", "tower.example", body=page)).answer(response(body=b"ok")).close()


def broken_paths(capture):
    """Paths whose bytes are UTF-8, in part: sequences that break off, surrogates, what lies beyond all characters, and cut ends."""
    link = plain(capture)
    paths = (b"a\xc3\xa4b", b"a\xe2\x82Ab", b"a\xe2\x82\xe2\x82\xacb", b"a\xed\xa0\x80b", b"a\xf0\x9f\x98b", b"a\xf5\x80\x80b", b"a\xf4\x90\x80\x80b",
             b"a\xc0\xafb", b"a\xca", b"a\xe2\x82", b"a\xf0\x9f\x98", b"a\x82\x83b", b"%e2%82")
    for number, path in enumerate(paths):
        asked = b"GET /" + path + b" HTTP/1.1\r\nHost: tower.example\r\n\r\n"
        web(link, BEGIN + number * 1_000_000, 52700 + number).ask(asked).answer(response(body=b"ok")).close()


def status_lines(capture):
    """Answers whose status line lacks the reason phrase, or has vertical tabs and form feeds where blanks belong."""
    link = plain(capture)
    lines = (
        b"200 OK", b"200", b"200 ", b"200\x0bOK", b"200\x0b OK", b"200 \x0bOK", b"200 \x0b", b"\x0b200 OK",
        b"200\x0cOK", b"200 a\x0bb", b" ", b"",
    )
    for number, line in enumerate(lines):
        talk = web(link, BEGIN + number * 1_000_000, 50700 + number).ask(request("GET", "/", "tower.example"))
        talk.answer(b"HTTP/1.1 " + line + b"\r\nContent-Length: 2\r\n\r\nok").close()


def http_lines_between(capture):
    """What stands where a request or a status line is expected, with the message before it and by itself; requests
    without version; RTSP, which goes for HTTP."""
    link = plain(capture)
    get = request("GET", "/", "tower.example")
    good = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    rtsp = b"RTSP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"
    describe = b"DESCRIBE rtsp://tower.example/ RTSP/1.0\r\nCSeq: 3\r\n\r\n"
    flows = (
        (get, good, b"FOO / ABC/1.1\r\nHost: a\r\n\r\n", good),
        (get, good, b"FOO bar\r\n", good),
        (get, good, b"FOO\r\n", good),
        (get + b"FOO / HTTP/1.1\r\nHost: a\r\n\r\n", good, get, good),
        (b"OPTIONS rtsp://tower.example/ RTSP/1.0\r\nCSeq: 2\r\n\r\n", rtsp, describe, rtsp, describe, rtsp),
        (get, good + b"junk junk\r\nmore\r\n", get, good),
        (get, b"junk junk\r\n", get, good),
        (get, b"junk junk\r\nab\r\n" + good, get, good),
        (b"GET /\r\n", good, get, good),
        (b"GET /\r\nHost: a\r\n\r\n", good),
        (b"GET /\r\n    \r\n", good),
        (b"GET / HTTP/1.1\r\n: empty\r\nHost : a\r\nb@d: c\r\n\r\n",
         b"HTTP/1.1 200 OK\r\nb@d: c\r\n: empty\r\nContent-Length: 0\r\n\r\n"),
    )
    for number, parts in enumerate(flows):
        talk = web(link, BEGIN + number * 1_000_000, 52400 + number)
        for place, part in enumerate(parts):
            talk.answer(part) if place % 2 else talk.ask(part)
        talk.close()
    talk = web(link, BEGIN + 20_000_000, 52420).ask(get).answer(good).answer(b"junk junk\r\nmore\r\n")
    talk.ask(get).answer(good).close()


def interim_responses(capture):
    """Answers behind one or two of 100, in segments of their own and together."""
    link = plain(capture)
    go_on, final = b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\nServer: tower\r\nContent-Length: 2\r\n\r\nok"
    refusal = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    answers = ((go_on, final), (go_on + final,), (go_on, go_on, refusal), (go_on, final[:17], final[17:]), (final,))
    for number, parts in enumerate(answers):
        asked = request("POST", "/", "tower.example", [("Expect", "100-continue")], b"abc")
        talk = web(link, BEGIN + number * 1_000_000, 50900 + number).ask(asked)
        for part in parts:
            talk.answer(part)
        talk.close()


def hooks_of_messages(capture):
    """Messages whose lines and headers come in parts, answers that are over before they have a status line, and what
    is none in its place."""
    link = plain(capture)
    get = request("GET", "/", "tower.example")
    good = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    go_on = b"HTTP/1.1 100 Continue\r\n\r\n"
    junk = b"junk junk\r\nmore junk\r\n"
    flows = (
        ((0, b"GET /aa"), (0, b"bb HTTP/1.1\r\nHo"), (0, b"st: a\r\n"), (0, b"\r\n"), (1, b"HTTP/1."),
         (1, b"1 200 OK\r\nContent"), (1, b"-Length: 2\r\n"), (1, b"\r\n"), (1, b"o"), (1, b"k"), (0, get), (1, good)),
        ((0, get), (1, go_on)),
        ((0, get), (1, go_on), (1, good)),
        ((0, get), (1, go_on), (1, go_on), (1, good[:10]), (1, good[10:])),
        ((0, get), (1, junk + b"\r\n"), (0, get), (1, good)),
        ((0, get), (1, junk + b"\r\n")),
        ((0, get), (1, junk)),
        ((0, get), (1, junk[:-2])),
        ((0, get), (1, junk[:15]), (1, junk[15:] + b"\r\n")),
        ((0, get), (1, b"\r\n"), (1, good)),
        ((0, get), (1, b"HTTP/1.1 200 OK\r\n"), (1, b"Content-Length: 2\r\nA: b\r\n"), (1, b"C: d\r\n")),
        ((0, get), (1, b"HTTP/1.1 200 OK\r\n"), (0, get), (1, b"Content-Length: 2\r\n\r\nok"), (1, good)),
        ((0, get), (1, good[:-2] + b"ok"), (0, get)),
    )
    for number, parts in enumerate(flows):
        talk = web(link, BEGIN + number * 1_000_000, 54600 + number)
        for side, part in parts:
            talk.answer(part) if side else talk.ask(part)
        talk.close()


def icmp_heads(capture):
    """Messages of ICMP whose types put something between their head and the payload, and errors about no packet."""
    link = plain(capture)
    number = 0
    for size in (0, 8, 12, 40):
        for kind in (0, 3, 4, 5, 8, 9, 11, 12, 13, 14, 17):
            number += 1
            data = b"abcdefghijklmnopqrstuvwxyzabcdefghijklmn"[:size]
            link.icmp(BEGIN + number * 1000, CLIENT, f"198.51.100.{number}", kind, 0, 0x01020304, data)


def dns_names(capture):
    """Answers with records of the root, whose name is empty, and with names in the data of their records."""
    link = plain(capture)

    def name(text):
        return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".") if part) + b"\0"

    def record(owner, kind, data):
        return name(owner) + struct.pack(">HHIH", kind, 1, 60, len(data)) + data

    def alias(owner, target):
        return record(owner, 5, name(target))

    service = struct.pack(">HHH", 1, 2, 3) + name("service.example")
    last = alias("three.example", "last.example")
    cases = (
        ([alias("one.example", "target.example"), alias("", "root.example"), last], [], []),
        ([alias("one.example", "")], [alias("two.example", "target.example")], [record("", 41, b"")]),
        ([], [record("", 6, name("primary.example") + name("box.example") + bytes(20))], [last]),
        ([record("one.example", 33, service)], [], []),
    )
    for number, sections in enumerate(cases):
        asked = name("asked.example") + struct.pack(">HH", 1, 1)
        head = struct.pack(">HHHHHH", number, 0x8180, 1, *map(len, sections))
        time, port = BEGIN + number * 1_000_000, 50800 + number
        link.udp(time, CLIENT, port, RESOLVER, 53, question(number, "asked.example", "A"))
        link.udp(time + 1000, RESOLVER, 53, CLIENT, port, head + asked + b"".join(sum(sections, [])))


def chunked_headers(capture):
    """Messages in chunks that come to their end later than their headers, one with a header behind its body."""
    link = plain(capture)
    head = b"HTTP/1.1 200 OK\r\nServer: tower\r\n"
    chunked = b"Transfer-Encoding: chunked\r\n\r\n"

    def asked(number):
        return web(link, BEGIN + number * 1_000_000, 50900 + number).ask(request("GET", "/", "tower.example"))

    asked(1).answer(head + chunked + b"4\r\nabcd\r\n").answer(b"0\r\n\r\n").close()
    asked(2).answer(head + chunked + b"4\r\nabcd\r\n").answer(b"0\r\nX-Beacon: lit\r\n\r\n").close()
    asked(3).answer(head + b"Content-Length: 8\r\n\r\nabcd").answer(b"abcd").close()
    asked(4).answer(head + chunked + b"4\r\nabcd\r\n").close()
    talk = web(link, BEGIN + 5_000_000, 50905)
    talk.ask(b"POST / HTTP/1.1\r\nHost: tower\r\nServer: tower\r\n" + chunked + b"4\r\nabcd\r\n")
    talk.ask(b"0\r\n\r\n")
    talk.answer(response(body=b"ok")).close()


def byte_operations(capture):
    """Datagrams in which a letter stands several times, and a number behind one of them."""
    link = plain(capture)
    texts = (b"a51ab2 0000000", b"ab2a51 0000000", b"ab2ab2a51 00000", b"ab" + b"0" * 30 + b"a5100")
    texts += (b"ab1ab2ab3 beacon",)
    for number, data in enumerate(texts):
        link.udp(BEGIN + number * 1000, CLIENT, 40000, SERVER, 9001, data)


def pop3_greetings(capture):
    """A mailbox on its port, servers of other kinds that say OK in the same way, and a mailbox that asks for more."""
    link = plain(capture)
    mailbox = Talk(link, BEGIN, CLIENT, 51200, SERVER, 110).open().answer(b"+OK ready\r\n").ask(b"USER watch\r\n")
    mailbox.answer(b"+OK\r\n").close()
    store = Talk(link, BEGIN + 1_000_000, CLIENT, 51201, SERVER, 6379).open().ask(b"*1\r\n$4\r\nINFO\r\n")
    store.answer(b"+OK\r\n").ask(b"*1\r\n$4\r\nQUIT\r\n").answer(b"+OK\r\n").close()
    Talk(link, BEGIN + 2_000_000, CLIENT, 51202, SERVER, 6000).open().answer(b"+OK ready\r\n").ask(
        b"USER watch\r\n"
    ).answer(b"+OK\r\n").close()
    mailbox = Talk(link, BEGIN + 3_000_000, CLIENT, 51203, SERVER, 110).open().answer(b"+OK ready\r\n")
    mailbox.ask(b"AUTH PLAIN\r\n").answer(b"+ \r\n").ask(b"d2F0Y2g=\r\n").answer(b"+OK beacon\r\n")
    mailbox.ask(b"QUIT\r\n").answer(b"+OK\r\n").close()


def sip_request(method, *lines, body=b""):
    """A request to the gate of the tower."""
    head = [method.encode() + b" sip:gate@tower.example SIP/2.0", b"Via: SIP/2.0/UDP 10.20.1.7:5060"]
    head += [b"f: <sip:watch@tower.example>;tag=1", b"To: <sip:gate@tower.example>", b"CSeq: 1 " + method.encode()]
    return b"\r\n".join(head + list(lines)) + b"\r\n\r\n" + body


def sip_messages(capture):
    """An invitation over UDP to a port of its own, with a keep-alive and a scanner's request; messages in a stream."""
    link = plain(capture)
    body = b"v=0\r\no=watch 1 2 IN IP4 10.20.1.7\r\ns=beacon\r\nc=IN IP4 10.20.1.7\r\nt=0 0\r\n"
    body += b"a=sendrecv\r\nm=audio 49170 RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\n"
    kinds = (b"Content-Type: application/sdp", b"Content-Length: %d" % len(body))
    ringing = b"SIP/2.0 180 Ringing\r\nTo: <sip:gate@tower.example>;tag=2\r\nContent-Length: 0\r\n\r\n"
    invitation = sip_request("INVITE", *kinds, body=body)
    for number, (to_server, data) in enumerate(
        [(True, invitation), (False, ringing), (True, b"\r\n\r\n"), (True, sip_request("ACK"))]
    ):
        ends = (CLIENT, 5070, SERVER, 5071) if to_server else (SERVER, 5071, CLIENT, 5070)
        link.udp(BEGIN + number * 1000, *ends, data)
    scan = sip_request("OPTIONS", b"User-Agent: friendly-scanner")
    link.udp(BEGIN + 1_000_000, CLIENT, 5072, SERVER, 5060, scan)
    link.udp(BEGIN + 1_000_000, CLIENT, 5073, SERVER, 5060, b"OPTIONS * HTTP/1.1\r\n\r\n")
    talk = Talk(link, BEGIN + 2_000_000, CLIENT, 52000, SERVER, 5060).open()
    talk.ask(sip_request("REGISTER", b"Content-Length: 0")[:60]).ask(sip_request("REGISTER", b"Content-Length: 0")[60:])
    talk.answer(ringing.replace(b"180 Ringing", b"401 Unauthorized")).close()
    # What follows a body, or a keep-alive, is still a message.
    talk = Talk(link, BEGIN + 3_000_000, CLIENT, 52001, SERVER, 5060).open()
    talk.ask(invitation[:-40]).ask(invitation[-40:] + b"\r\n\r\n").ask(sip_request("BYE", b"l: 0")).close()


def websocket_frame(opcode, data, ends=True, compressed=False, mask=None):
    """A frame of WebSocket, from a client with a mask."""
    head = bytes([opcode | (0x80 if ends else 0) | (0x40 if compressed else 0)])
    bit = 0x80 if mask else 0
    head += bytes([bit | len(data)]) if len(data) < 126 else bytes([bit | 126]) + struct.pack(">H", len(data))
    if mask:
        head, data = head + mask, bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
    return head + data


def websocket_messages(capture):
    """An upgrade with a first message in the answer's segment; messages in parts, compressed ones, control frames."""
    mask = b"\x0a\x0b\x0c\x0d"
    upgrade = b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
    talk = Talk(plain(capture), BEGIN, CLIENT, 52100, SERVER, 80).open()
    talk.ask(b"GET /watch HTTP/1.1\r\nHost: tower.example\r\n" + upgrade + b"\r\n")
    talk.answer(b"HTTP/1.1 101 Switching Protocols\r\n" + upgrade + b"\r\n" + websocket_frame(1, b"welcome"))
    talk.ask(websocket_frame(1, b"the beacon ", ends=False, mask=mask) + websocket_frame(9, b"tick", mask=mask))
    talk.answer(websocket_frame(10, b"tick"))
    talk.ask(websocket_frame(0, b"is lit", mask=mask))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    for _ in range(2):
        packed_text = packer.compress(b"smoke by day, smoke by night") + packer.flush(zlib.Z_SYNC_FLUSH)
        talk.answer(websocket_frame(1, packed_text[:-4], compressed=True))
    talk.ask(websocket_frame(2, b"A" * 5000, mask=mask)).ask(websocket_frame(8, b"\x03\xe8", mask=mask)).close()


def ber(tag, *parts):
    """An element of LDAP."""
    data = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    return bytes([tag, len(data)]) + data if len(data) < 128 else bytes([tag, 0x81, len(data)]) + data


def ldap_message(number, tag, *parts):
    """A message with its number and its operation."""
    return ber(0x30, ber(2, bytes([number])), ber(tag, *parts))


def ldap_result(number, tag, code, text=""):
    """A response that has nothing but a result."""
    return ldap_message(number, tag, ber(10, bytes([code])), ber(4), ber(4, text))


def ldap_search(number, base="dc=tower"):
    """Asks for the passwords below the tower."""
    limits = b"\x0a\x01\x02\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00"
    wanted = ber(0x30, ber(4, "cn"), ber(4, "userPassword"))
    return ldap_message(number, 0x63, ber(4, base), limits, ber(0x87, "objectClass"), wanted)


def ldap_entry(number, name):
    """An entry that a search found."""
    return ldap_message(number, 0x64, ber(4, name), ber(0x30, ber(0x30, ber(4, "cn"), ber(0x31, ber(4, "watch")))))


def ldap_requests(capture):
    """A failed and a good logon, a search whose results come in segments of their own, a response that nobody asked for,
    an unbind; the same search in datagrams, and one from the root."""
    link = plain(capture)
    talk = Talk(link, BEGIN, CLIENT, 52200, SERVER, 389).open()
    for number, code in ((1, 49), (2, 0)):
        talk.ask(ldap_message(number, 0x60, b"\x02\x01\x03", ber(4, "cn=watch"), ber(0x80, "secret")))
        talk.answer(ldap_result(number, 0x61, code, "no such beacon" if code else ""))
    talk.ask(ldap_search(3)).answer(ldap_entry(3, "cn=a,dc=tower")).answer(ldap_entry(3, "cn=b,dc=tower"))
    talk.answer(ldap_result(3, 0x65, 0)).answer(ldap_result(9, 0x65, 0)).ask(ldap_message(4, 0x42)).close()
    link.udp(BEGIN + 2_000_000, CLIENT, 52201, SERVER, 389, ldap_search(1))
    link.udp(BEGIN + 2_001_000, SERVER, 389, CLIENT, 52201, ldap_entry(1, "cn=c,dc=tower") + ldap_result(1, 0x65, 0))
    link.udp(BEGIN + 2_002_000, CLIENT, 52201, SERVER, 389, ldap_search(2, ""))
    link.udp(BEGIN + 2_003_000, SERVER, 389, CLIENT, 52201, ldap_result(2, 0x65, 0))


def ldap_start_tls(capture):
    """StartTLS that is granted and not used, refused, and used."""
    link = plain(capture)
    lines = (HERE / "tls" / "portal.hex").read_text().split()
    asked = ldap_message(1, 0x77, ber(0x80, "1.3.6.1.4.1.1466.20037"))

    def talk(number, code=0):
        one = Talk(link, BEGIN + number * 1_000_000, CLIENT, 52400 + number, SERVER, 389).open()
        return one.ask(asked).answer(ldap_result(1, 0x78, code))

    talk(0).close()
    talk(1)
    talk(2, 2).ask(ldap_message(2, 0x42)).close()
    for number in (3, 4):
        one = talk(number)
        for line in lines[: None if number == 3 else 2]:
            data = bytes.fromhex(line[1:])
            one = one.ask(data, 900) if line[0] == ">" else one.answer(data, 2200)
        one.close()


def ftp_replies(capture):
    """Replies that announce others: of one line and of several; a command that is never answered."""
    link = plain(capture)
    replies = (
        (b"150 opening\r\n", b"226 done\r\n"),
        (b"150-opening\r\n150 now\r\n", b"226 done\r\n"),
        (b"150 opening\r\n", b"226-done\r\n226 yes\r\n"),
    )
    for number, (first, second) in enumerate(replies):
        talk = Talk(link, BEGIN + number * 1_000_000, CLIENT, 51000 + number, SERVER, 21).open()
        talk.answer(b"220 tower\r\n").ask(b"USER watch\r\n").answer(b"331 word\r\n")
        talk.ask(b"RETR beacon\r\n").answer(first).answer(second).ask(b"QUIT\r\n").answer(b"221 bye\r\n").close()
    talk = Talk(link, BEGIN + 4_000_000, CLIENT, 51003, SERVER, 21).open()
    talk.answer(b"220 tower\r\n").ask(b"USER watch\r\n").answer(b"331 word\r\n").ask(b"STOR beacon\r\n").close()


def ftp_modes(capture):
    """Requests that agree on data connections: by each command, refused, with addresses that cannot be read."""
    link = plain(capture)
    port = b"PORT " + CLIENT.replace(".", ",").encode() + b",4,5"
    active = (
        (port, b"200 ok"), (port, b"500 no"), (b"PORT 10,20,1", b"500 no"), (b"EPRT |1|10.20.1.7|3333|", b"200 ok"),
        (b"EPRT tower", b"500 no"), (b"PORT 10,20,1,9,4,5", b"200 ok"),
    )
    passive = (
        (b"PASV", b"227 Entering (198,51,100,20,8,9)"), (b"PASV", b"500 no"), (b"PASV", b"227 tower"),
        (b"EPSV", b"229 Entering (|||2222|)"), (b"EPSV", b"500 no"), (b"EPSV", b"229 tower"),
    )
    for number, requests in enumerate((active, passive)):
        talk = Talk(link, BEGIN + number * 1_000_000, CLIENT, 51100 + number, SERVER, 21).open()
        talk.answer(b"220 tower\r\n").ask(b"USER watch\r\n").answer(b"331 word\r\n")
        for asked, told in requests:
            talk.ask(asked + b"\r\n").answer(told + b"\r\n")
        talk.ask(b"QUIT\r\n").answer(b"221 bye\r\n").close()


def gzip_in_one_piece(capture):
    """A compressed page that comes in segments of 8,000 bytes."""
    link = plain(capture)
    link.mss = 8000
    smoke = b"".join(hashlib.sha256(struct.pack(">I", number)).hexdigest().encode() for number in range(400))
    web(link).ask(request("GET", "/watch", "tower.example")).answer(
        response(body=smoke + b"the beacon is lit", zipped=True)
    ).close()


def smtp_steps(capture):
    """A message to two recipients, a second one that is put aside, and a third."""
    talk = Talk(plain(capture), BEGIN, CLIENT, 51200, SERVER, 25).open().answer(b"220 tower\r\n")
    talk.ask(b"EHLO watch\r\n").answer(b"250-tower\r\n250 SIZE 1000\r\n")
    mail = b"MAIL FROM:<a@tower.example>\r\n"
    rest = (b"RCPT TO:<b@tower.example>\r\n", b"RCPT TO:<c@tower.example>\r\n")
    for lines in ((mail, *rest, b"DATA\r\n"), (mail, b"RSET\r\n"), (mail, rest[0], b"DATA\r\n")):
        for line in lines:
            talk.ask(line).answer(b"354 go on\r\n" if line == b"DATA\r\n" else b"250 ok\r\n")
        if lines[-1] == b"DATA\r\n":
            talk.ask(b"Subject: smoke\r\n\r\nby day\r\n").ask(b"fire by night\r\n.\r\n").answer(b"250 queued\r\n")
    talk.ask(b"QUIT\r\n").answer(b"221 bye\r\n").close()


def ip_options(capture):
    """Datagrams with options of IPv4: none, padding alone, one, several, and one that nobody knows."""
    options = (
        b"", b"\1\1\1\1", b"\0\0\0\0", b"\x07\x07\4\0\0\0\0\0", b"\x83\x07\4\x0a\1\2\3\0",
        b"\x94\4\0\0", b"\x88\4\0\1", b"\x44\x08\5\0\0\0\0\0", b"\x1e\4\0\0",
        b"\x94\4\0\0\x88\4\0\1",
    )
    link = plain(capture)
    for number, option in enumerate(options):
        link.options = option
        link.udp(BEGIN + number * 1_000_000, CLIENT, 52000 + number, SERVER, 9, b"smoke")


def sealed_sessions(capture):
    """A session of SSH with a long record before its keys: what comes behind them is encrypted."""
    talk = Talk(plain(capture), BEGIN, CLIENT, 51300, SERVER, 22).open()

    def record(kind, data):
        return struct.pack(">IBB", len(data) + 6, 4, kind) + data + bytes(4)

    talk.answer(b"SSH-2.0-tower\r\n").ask(b"SSH-2.0-watch\r\n")
    talk.ask(record(2, b"the beacon is lit" + b"z" * 9000)).answer(record(2, b"seen from the wall"))
    talk.answer(record(21, b"")).ask(record(21, b""))
    for number in range(3):
        talk.ask(b"sealed by the watch %d" % number).answer(b"sealed by the tower %d" % number)
    talk.close()


def resumed_sessions(capture):
    """A TLS 1.2 session that is resumed, one whose server never shows a certificate, one whose hello is cut for good, and
    a hello in the form of SSL 2.0 with messages behind it that are none."""
    link = plain(capture)

    def record(kind, data):
        return bytes([kind, 3, 3]) + struct.pack(">H", len(data)) + data

    def talk(number):
        return Talk(link, BEGIN + number * 5_000_000, CLIENT, 52410 + number, SERVER, 443).open()

    sealed = record(20, b"\1") + record(22, bytes(range(40)))
    hello = record(22, b"\2\0\0\x46\3\3" + bytes(range(32)) + b"\x20" + bytes(32) + b"\xc0\x2f\0")
    one = talk(0).ask(record(22, quic.client_hello(b"tower.example"))).answer(hello + sealed).ask(sealed)
    for number in range(2):
        one.ask(record(23, b"beacon %d" % number * 3)).answer(record(23, b"wall %d" % number * 5))
    one.close()
    one = talk(1).ask(record(22, quic.client_hello(b"tower.example"))).answer(hello)
    one.ask(sealed).answer(sealed)
    one.ask(record(23, b"beacon" * 3)).ask(record(23, b"beacon" * 3)).answer(record(23, b"wall" * 5)).close()
    talk(2).ask(record(22, quic.client_hello(b"tower.example"))).answer(hello[:40])
    one = talk(3).ask(b"\x80\x2e\1\3\1\0\x15\0\0\0\x10" + bytes(21) + bytes(range(16)))
    one.ask(b"\xdc\x89" + bytes(range(40))).answer(b"\x85\xaf" + bytes(range(60)))


def last_alerts(capture):
    """TLS sessions whose last record nobody acknowledges: a reset follows it, from its sender or the other side."""
    link = plain(capture)

    def record(kind, data):
        return bytes([kind, 3, 3]) + struct.pack(">H", len(data)) + data

    sealed = record(20, b"\1") + record(22, bytes(range(40)))
    hello = record(22, b"\2\0\0\x46\3\3" + bytes(range(32)) + b"\x20" + bytes(32) + b"\xc0\x2f\0")
    for number, by_server in enumerate((False, True, None)):
        one = Talk(link, BEGIN + number * 5_000_000, CLIENT, 52430 + number, SERVER, 443).open()
        one.ask(record(22, quic.client_hello(b"tower.example"))).answer(hello + sealed).ask(sealed)
        one.ask(record(23, b"beacon" * 3)).answer(record(23, b"wall" * 5))
        if by_server is None:
            one.ask(record(21, bytes(26))).reset()
            continue
        one.segment(one.client, PSH | ACK, record(21, bytes(26)))
        one.segment(one.server if by_server else one.client, RST)


def sides_of_a_field(capture):
    """Answers that close the connection which the request wants to keep, and such that keep it."""
    link = plain(capture)
    for number, kept in enumerate((b"close", b"keep-alive")):
        asked = b"GET / HTTP/1.1\r\nHost: tower.example\r\nConnection: keep-alive\r\n\r\n"
        told = b"HTTP/1.1 200 OK\r\nConnection: " + kept + b"\r\nContent-Length: 5\r\n\r\nquiet"
        web(link, BEGIN + number * 1_000_000, 52450 + number).ask(asked).answer(told).close()


def settings_first(capture):
    """A server of HTTP/2 that speaks first, on a port that tells nothing."""
    def frame(kind, flags, data, stream=0):
        return struct.pack(">I", len(data))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + data

    talk = Talk(plain(capture), BEGIN, CLIENT, 52440, SERVER, 8443).open()
    talk.answer(frame(4, 0, b"")).ask(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, b""))
    talk.ask(frame(4, 1, b"")).answer(frame(4, 1, b"")).close()


def change_in_pieces(capture):
    """A tunnel whose first request comes in pieces that do not tell the protocol."""
    talk = web(plain(capture), BEGIN, 51310)
    talk.ask(b"CONNECT tower.example:80 HTTP/1.1\r\nHost: tower.example\r\n\r\n")
    talk.answer(b"HTTP/1.1 200 Connection established\r\n\r\n")
    talk.ask(b"GE").ask(b"T /in/pieces HTTP/1.1\r\nHost: wall.example\r\n\r\n")
    talk.answer(response(body=b"ok")).close()


def unacknowledged_ends(capture):
    """Connections whose sides close before they have acknowledged anything: the client first, the server first."""
    for number, by_server in enumerate((False, True)):
        talk = Talk(plain(capture), BEGIN + number * 5_000_000, CLIENT, 51320 + number, SERVER, 7003 + number).open()
        first, second = (talk.server, talk.client) if by_server else (talk.client, talk.server)
        first_seen, second_seen = first.seen, second.seen
        talk.segment(first, PSH | ACK | FIN, b"the beacon is lit")
        second.seen = second_seen
        talk.now += 500
        talk.segment(second, PSH | ACK, b"seen from the wall")
        first.seen = first_seen
        talk.segment(second, FIN | ACK)
        first.seen = first_seen
        talk.now += 500
        talk.segment(first, ACK)
        talk.segment(first, RST)


def holes(capture):
    """Streams of which segments were never seen: acknowledged before a message is complete, and at the end; one whose
    missing bytes alone make up a chunk, one that is reset before anything behind the hole is acknowledged."""
    link = plain(capture)

    def skip(talk, sender, count):
        sender.next += count
        return talk

    def asked(number, name):
        one = question(number, name, "A")
        return struct.pack(">H", len(one)) + one

    names = Talk(link, BEGIN, CLIENT, 51400, RESOLVER, 53).open()
    for number, name in enumerate(("signal", "beacon", "tower", "wall")):
        one = asked(number, f"{name}.tower.example")
        if name == "beacon":
            names = skip(names, names.client, len(one))
        else:
            names = names.ask(one)
        told = reply(number, f"{name}.tower.example", "A", [(None, "A", 60, "198.51.100.7")])
        names = names.answer(struct.pack(">H", len(told)) + told)
    names.close()
    talk = Talk(link, BEGIN + 5_000_000, CLIENT, 51401, SERVER, 7401).open().ask(b"the beacon is lit")
    skip(talk, talk.client, 3000).ask(b"at the tower").answer(b"seen from the wall")
    talk.ask(b"by the watch").answer(b"and again").close()
    talk = Talk(link, BEGIN + 10_000_000, CLIENT, 51402, SERVER, 7402).open().answer(b"the beacon is lit")
    seen = talk.client.seen
    skip(talk, talk.server, 9)
    talk.now += 500
    talk.segment(talk.server, PSH | ACK, b"the tower")
    talk.client.seen = seen
    talk.reset()


def repeated_behind_fin(capture):
    """An answer whose second half is sent again: behind the client's FIN, whether it is acknowledged or not, behind the
    server's own, and without any."""
    link = plain(capture)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n"
    for number, (first, later) in enumerate(((True, 1), (True, 0), (False, 0), (None, 0))):
        talk = web(link, BEGIN + number * 1_000_000, 51500 + number).ask(request("GET", "/", "tower.example"))
        talk.answer(head + b"the beacon is lit at the tower").answer(b"and it is seen from the wall.\n")
        place = talk.server.next - 30
        if first is not None:
            talk.segment(talk.client if first else talk.server, FIN | ACK)
        talk.now += 500
        talk.server.seen -= later
        talk.segment(talk.server, PSH | ACK, b"and it is seen from the wall.\n", sequence=place)
        talk.server.seen += later
        talk.now += 500
        talk.segment(talk.client, ACK)
        if first is None:
            talk.close()
            continue
        talk.segment(talk.server, ACK)
        talk.segment(talk.server if first else talk.client, FIN | ACK)
        talk.segment(talk.client if first else talk.server, ACK)


PARTS_OF_MAIL = [
    b"--edge\r\nContent-Type: text/plain\r\n\r\nthe beacon is lit\r\n",
    b"at the tower\r\n",
    b'--edge\r\nContent-Disposition: attachment; filename="map.txt"\r\n\r\n',
    b"the map of the watch\r\n",
    b'--edge\r\nContent-Disposition: attachment; filename="log.txt"\r\n\r\n',
    b"the log of the watch\r\n",
    b"--edge--\r\n",
    b"behind the parts\r\n",
]


def mail_files(capture):
    """A mail with a text and two files, each part in segments of its own, and a mail that is a file itself."""
    link = plain(capture)
    for number, parts in enumerate((PARTS_OF_MAIL, [b"the log of the watch\r\n", b"at the tower\r\n"])):
        talk = Talk(link, BEGIN + number * 3_000_000, CLIENT, 51600 + number, SERVER, 25).open()
        talk.answer(b"220 tower ESMTP\r\n")
        for asked, told in (
            (b"EHLO watch\r\n", b"250 tower\r\n"),
            (b"MAIL FROM:<watch@tower.example>\r\n", b"250 ok\r\n"),
            (b"RCPT TO:<wall@tower.example>\r\n", b"250 ok\r\n"),
            (b"DATA\r\n", b"354 go on\r\n"),
        ):
            talk = talk.ask(asked).answer(told)
        kind = b'Content-Disposition: attachment; filename="log"' if number else b"Content-Type: multipart/mixed; boundary=edge"
        talk.ask(b"From: <watch@tower.example>\r\n" + kind + b"\r\n\r\n")
        for part in parts:
            talk.ask(part)
        talk.ask(b".\r\n").answer(b"250 taken\r\n")
        talk.ask(b"QUIT\r\n").answer(b"221 bye\r\n").close()


def refused_mails(capture):
    """A client that sends DATA before it has named anybody, is refused, and goes on as it should."""
    talk = Talk(plain(capture), BEGIN, CLIENT, 51610, SERVER, 25).open().answer(b"220 tower ESMTP\r\n")
    for asked, told in (
        (b"EHLO watch\r\n", b"250 tower\r\n"),
        (b"DATA\r\n", b"503 need MAIL\r\n"),
        (b"MAIL FROM:<watch@tower.example>\r\n", b"250 ok\r\n"),
        (b"RCPT TO:<wall@tower.example>\r\n", b"250 ok\r\n"),
        (b"DATA\r\n", b"354 go on\r\n"),
    ):
        talk = talk.ask(asked).answer(told)
    talk.ask(b'Subject: fire\r\nContent-Disposition: attachment; filename="log"\r\n\r\nthe beacon is lit\r\n.\r\n')
    talk.answer(b"250 taken\r\n").ask(b"QUIT\r\n").answer(b"221 bye\r\n").close()


def http2_resets(capture):
    """Streams of HTTP/2 that are reset: by the client before the response, by the server, by both, twice; one whose sides
    have no settings to tell."""
    link = plain(capture)
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    def frame(kind, flags, data, stream=1):
        return struct.pack(">I", len(data))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + data

    asked, answered = frame(1, 5, b"\x82\x84\x86\x41\x05tower"), frame(1, 5, b"\x88")
    begun, body = frame(1, 4, b"\x88"), frame(0, 1, b"beacon")
    reset, settings = frame(3, 0, b"\0\0\0\x08"), frame(4, 0, b"\0\3\0\0\0\x64", 0)
    steps = (
        [(True, asked), (True, reset), (False, answered)],
        [(True, asked), (False, reset), (False, answered)],
        [(True, asked), (True, reset), (False, reset), (False, answered)],
        [(True, asked), (False, begun), (True, reset), (False, body)],
        [(True, asked), (True, reset)],
        [(True, asked)],
        [(True, asked), (False, answered)],
        [(True, asked), (False, frame(1, 5, b"\x3f\xe1\x1f\x88"))],
    )
    for number, frames in enumerate(steps):
        if number == 6:
            settings = frame(4, 0, b"", 0)
        talk = web(link, BEGIN + number * 1_000_000, 51100 + number).ask(preface + settings).answer(settings)
        for is_client, data in frames:
            talk = talk.ask(data) if is_client else talk.answer(data)
        talk.close()


def smb2(command, number, body, answer=False):
    """A message of SMB 2 behind its length."""
    head = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ16x", 64, 0, 0, command, 1, 1 if answer else 0, 0, number, 0, 0, 7)
    return struct.pack(">I", len(head) + len(body)) + head + body


def named_pipes(capture):
    """Calls over named pipes of SMB 2: to a service, over a pipe of no service, to two services in turn."""
    link = plain(capture)

    def name(text):
        return text.encode("utf-16-le")

    def call(kind, number, body):
        return struct.pack("<BBBBIHHI", 5, 0, kind, 3, 0x10, 16 + len(body), 0, number) + body

    def bind(number, interface):
        offer = struct.pack("<HHIBBHHBB", 4280, 4280, 0, 1, 0, 0, 0, 1, 0) + interface
        return call(11, number, offer + struct.pack("<I", 2) + b"\x8a" * 20)

    def bound(number, result=0):
        return call(12, number, struct.pack("<HHIH4sHB3xHH20x", 4280, 4280, 1, 4, b"135\0", 0, 1, result, 0))

    def asked(number, operation, arguments):
        return call(0, number, struct.pack("<IHH", len(arguments), 0, operation) + arguments)

    control = bytes.fromhex("81bb7a364498f135ad3298f038001003")
    shares = bytes.fromhex("c84f324b7016d30112785a47bf6ee188")
    talk = Talk(link, BEGIN, CLIENT, 50700, SERVER, 445).open()
    count = [0]

    def exchange(command, ask, answer):
        count[0] += 1
        talk.ask(smb2(command, count[0], ask)).answer(smb2(command, count[0], answer, answer=True))

    def handle(number):
        return struct.pack("<QQ", number, 0xFFFF)

    def opened(pipe, number):
        wide = name(pipe)
        ask = struct.pack("<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 120, len(wide), 0, 0) + wide
        exchange(5, ask, struct.pack("<HBBI32xQQII", 89, 0, 0, 1, 0, 0, 0x80, 0) + handle(number) + bytes(8))

    def written(number, data):
        ask = struct.pack("<HHIQ", 49, 112, len(data), 0) + handle(number) + bytes(16) + data
        exchange(9, ask, struct.pack("<HHII4x", 17, 0, len(data), 0))

    def read(number, data):
        ask = struct.pack("<HBBIQ", 49, 0, 0, 4096, 0) + handle(number) + bytes(17)
        exchange(8, ask, struct.pack("<HBBII4x", 17, 80, 0, len(data), 0) + data)

    tree = name("\\\\tower\\IPC$")
    exchange(3, struct.pack("<HHHH", 9, 0, 72, len(tree)) + tree, struct.pack("<HBBIII", 16, 2, 0, 0, 0, 0))
    opened("svcctl", 77)
    written(77, bind(1, control))
    read(77, bound(1))
    written(77, asked(2, 15, b"the beacon of svcctl"))
    opened("netlogon", 78)
    written(78, bind(3, control))
    read(78, bound(3))
    written(78, asked(4, 15, b"the beacon of netlogon"))
    opened("srvsvc", 79)
    written(79, bind(5, shares))
    written(79, asked(6, 16, b"too early"))
    read(79, bound(5))
    written(79, asked(7, 16, b"the beacon of srvsvc"))
    written(77, asked(8, 12, b"svcctl once more"))
    written(78, b"not a call" * 900)
    talk.close()


def ntlm_parts(capture):
    """Logons by NTLM: as clients write them, with an empty key that begins where the message ends, with parts that
    overlap, with a token longer than its length says, and with a part in the version's place."""
    link = plain(capture)

    def token(key=0, domain=14, lanman=0, names=("BEACONS", "watch", "TOWER")):
        texts = [text.encode("utf-16-le") for text in names]
        body = b"".join(texts)
        starts = [72, 72 + len(texts[0]), 72 + len(texts[0]) + len(texts[1])]
        parts = [(0, lanman or 72), (0, 72), (domain, starts[0]), (len(texts[1]), starts[1])]
        parts += [(len(texts[2]), starts[2]), (0, key or 72)]
        fields = b"".join(struct.pack("<HHI", length, length, place) for length, place in parts)
        version = b"\x0a\0\x5a\x29\0\0\0\x0f"
        return b"NTLMSSP\0" + struct.pack("<I", 3) + fields + struct.pack("<I", 0x02000001) + version + body

    whole = len(token())
    cases = [token(), token(key=whole), token(domain=16), token(), token(lanman=70)]
    cases += [token(domain=0, names=("", "watch", "TOWER")), token(domain=0, names=("", "", ""))]
    for number, data in enumerate(cases):
        length = 80 if number == 3 else len(data)
        talk = Talk(link, BEGIN + number * 1_000_000, CLIENT, 50600 + number, SERVER, 445).open()
        fixed = struct.pack("<HBBIIHHQ", 25, 0, 1, 0, 0, 88, length, 0)
        talk.ask(smb2(1, 1, fixed + data)).answer(smb2(1, 1, struct.pack("<HHHH", 9, 0, 72, 0), answer=True)).close()


def frames_of_streams(capture):
    """Eight exchanges with a web server on one connection: each is read at once, the streams grow beyond a chunk."""
    talk = web(plain(capture))
    for number in range(8):
        for sender, data in (
            (talk.client, request("GET", f"/watch/{number}", "tower.example")),
            (talk.server, response(body=b"all is quiet at the tower. " * 14)),
        ):
            talk.segment(sender, PSH | ACK, data)
            talk.now += 9000
        talk.segment(talk.client, ACK)
    talk.close()


def mqtt_message(kind, body=b"", flags=0):
    """A control packet of MQTT."""
    length, rest = b"", len(body)
    while True:
        length += bytes([rest & 0x7F | (0x80 if rest > 0x7F else 0)])
        rest >>= 7
        if not rest:
            return bytes([kind << 4 | flags]) + length + body


def unreadable_messages(capture):
    """A session of MQTT 5 whose CONNECT says that its properties are longer than itself; the server answers all the same."""
    talk = Talk(plain(capture), BEGIN, CLIENT, 51310, SERVER, 1883).open()
    connect = mqtt_message(1, b"\0\4MQTT\5\xc2\0\x3c" + b"\xff\x21" + b"\0\5tower" + b"\0\4user" + b"\0\4pass")
    talk.ask(connect).answer(mqtt_message(2, b"\0\0\3\x22\0\x0a"))
    talk.ask(mqtt_message(3, b"\0\4gate\0fire")).close()


def mqtt_sessions(capture):
    """Sessions of MQTT 3.1.1 and 5 with every kind of message; one without CONNECT; one with a length that does not
    end; one on another port."""
    link = plain(capture)

    def string(text):
        return struct.pack(">H", len(text)) + text

    def talk(number, port=1883):
        return Talk(link, BEGIN + number * 1_000_000, CLIENT, 51300 + number, SERVER, port).open()

    connect = mqtt_message(1, string(b"MQTT") + b"\4\2\0\x3c" + string(b"tower"))
    accepted, ping = mqtt_message(2, b"\0\0"), mqtt_message(12)
    note = mqtt_message(3, string(b"tower/1") + b"smoke")
    subscribe = mqtt_message(8, b"\0\1" + string(b"tower/#") + b"\0" + string(b"gate") + b"\1", 2)
    leave = mqtt_message(10, b"\0\2" + string(b"gate"), 2)
    old = talk(0).ask(connect).ask(ping).answer(accepted).ask(note).ask(subscribe).answer(mqtt_message(9, b"\0\1\0\x80"))
    old = old.answer(mqtt_message(3, string(b"gate") + b"\0\7" + b"fire", 0xB)).ask(mqtt_message(4, b"\0\7"))
    old = old.ask(mqtt_message(3, string(b"gate") + b"\0\x08" + b"dark", 4)).answer(mqtt_message(5, b"\0\x08"))
    old = old.ask(mqtt_message(6, b"\0\x08", 2)).answer(mqtt_message(7, b"\0\x08")).ask(leave)
    old.answer(mqtt_message(11, b"\0\2")).ask(ping).answer(mqtt_message(13)).ask(mqtt_message(14)).close()
    properties = b"\x0a" + b"\x21\0\x14" + b"\x26\0\1k\0\1v"
    will = b"\5\x18\0\0\0\1" + string(b"gone") + string(b"dark")
    login = string(b"watch") + string(b"beacon")
    new = mqtt_message(1, string(b"MQTT") + b"\5\xee\0\x3c" + properties + string(b"") + will + login)
    talk(1).ask(new).answer(mqtt_message(2, b"\1\x86\3\x22\0\x0a")).ask(
        mqtt_message(3, string(b"gate") + b"\0\3" + b"\2\x0b\5" + b"fire", 4)
    ).answer(mqtt_message(5, b"\0\3\x10\0")).ask(mqtt_message(6, b"\0\3", 2)).answer(
        mqtt_message(7, b"\0\3\x92")
    ).answer(mqtt_message(15, b"\x18\0")).ask(mqtt_message(14, b"\4\5\x1f\0\2ok")).close()
    talk(2).ask(note).answer(mqtt_message(4, b"\0\x09")).ask(mqtt_message(0, b"abc") + note).ask(ping).close()
    talk(3).ask(connect).answer(accepted).ask(ping).answer(mqtt_message(13)).ask(b"\x30\xff\xff\xff\xff\1").ask(note).close()
    talk(4, 1884).ask(connect).answer(accepted).ask(note).close()


def quic_hellos(capture):
    """Hellos in the first packets of QUIC: versions 1, 2 and draft 29, Google's; one in parts out of order, one behind
    a Retry; packets with foreign keys, with another message, with a part far off; a choice of versions; another port."""
    link = plain(capture)
    target, source, other = bytes(range(8)), b"\xaa\xbb\xcc\xdd", b"again"
    client, server = quic.client_hello(b"tower.example"), quic.server_hello()

    def talk(number, *datagrams, port=443):
        for place, (by_client, data) in enumerate(datagrams):
            ends = (CLIENT, 51400 + number, SERVER, port) if by_client else (SERVER, port, CLIENT, 51400 + number)
            link.udp(BEGIN + number * 1_000_000 + place * 10_000, *ends, data)

    def first(frames, place=0, **more):
        return True, quic.initial(frames, place, target, source, **more)

    def answer(frames, place=0, version=1, keys=target):
        return False, quic.initial(frames, place, source, target, False, version, keys)

    for number, version in enumerate((1, 0x6B3343CF, 0xFF00001D)):
        handshake = quic.head(2, version, source, target) + bytes(50)
        both = answer(b"\2\0\0\0\0" + quic.crypto(server), version=version)[1] + handshake
        talk(number, first(quic.crypto(client), version=version), (False, both), (True, b"\x40" + bytes(60)))
    talk(
        3,
        first(quic.crypto(client[100:], 100)),
        first(b"\1" + quic.crypto(client[:60]), 1),
        first(quic.crypto(client[60:100], 60), 2),
        answer(b"\3\0\0\0\0\0\0\0"),
        answer(quic.crypto(server), 1),
    )
    retry = quic.head(3, 1, source, other) + b"token" + bytes(16)
    anew = quic.initial(quic.crypto(client), 1, other, source, token=b"token")
    talk(4, first(quic.crypto(client)), (False, retry), (True, anew), answer(quic.crypto(server), keys=other))
    talk(5, first(quic.crypto(client), keys_of=b"not that"), first(quic.crypto(client), 1))
    talk(6, first(quic.crypto(b"\x14\0\0\4dark")), first(quic.crypto(client), 1))
    talk(7, first(quic.crypto(client[:40]) + quic.crypto(b"far", 65533)), first(quic.crypto(client), 1))
    talk(8, first(quic.crypto(client)), (False, b"\x80\0\0\0\0\4" + source + b"\x08" + target + b"\0\0\0\1"))
    tags = [(b"PAD", b"-" * 20), (b"SNI", b"gate.example"), (b"VER", b"Q043"), (b"UAID", b"Beacon/1")]
    talk(9, (True, quic.google(tags)))
    talk(10, first(quic.crypto(client)), port=8443)


def snmp_messages(capture):
    """Messages of SNMP 1, 2c and 3: with every kind of unit, an error, a trap, encrypted, of another security model and
    version; behind a message that is none; on another port; with long tags."""
    link = plain(capture)

    def element(tag, content):
        return bytes([tag, len(content)]) + content

    def integer(value):
        return element(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))

    def sequence(*parts):
        return element(0x30, b"".join(parts))

    system, enterprise = element(6, b"\x2b\6\1\2\1\1\1\0"), element(6, b"\x2b\6\1\4\1\x86\x8d\x1f\2")

    def unit(kind, error=0):
        variables = sequence(sequence(system, element(5, b"")), sequence(enterprise, integer(300)))
        return element(0xA0 + kind, integer(7) + integer(error) + integer(0) + variables)

    def message(version, community, content):
        return sequence(integer(version), element(4, community), content)

    def trap(generic):
        head = enterprise + element(0x40, b"\x0a\x14\1\7") + integer(generic) + integer(0) + element(0x43, b"\x2a")
        return element(0xA4, head + sequence(sequence(system, element(5, b""))))

    def third(user, content, flags=b"\4", model=3):
        head = sequence(integer(1), integer(1400), element(4, flags), integer(model))
        names = element(4, b"engine") + integer(1) + integer(2) + element(4, user) + element(4, b"") + element(4, b"")
        return sequence(integer(3), head, element(4, element(0x30, names)), content)

    def scoped(content):
        return sequence(element(4, b"engine"), element(4, b""), content)

    flows = [
        [(True, message(0, b"public", unit(0))), (False, message(0, b"public", unit(2, 2))), (True, message(0, b"tower", unit(3)))],
        [(True, message(1, b"public", unit(kind))) for kind in (1, 5, 6, 7, 8)],
        [(True, third(b"watch", scoped(unit(0)))), (False, third(b"watch", scoped(unit(8))))]
        + [(True, third(b"watch", element(4, b"sealed"), b"\7")), (True, third(b"watch", scoped(unit(0)), model=2))],
        [(True, message(1, b"public", unit(0))), (True, message(0, b"public", unit(0))), (True, b"\x30\3\2\1\1")],
        [(True, message(1, b"public", unit(0)))],
    ]
    for number, datagrams in enumerate(flows):
        port = 1161 if number == 4 else 161
        for place, (by_client, data) in enumerate(datagrams):
            ends = (CLIENT, 51500 + number, SERVER, port) if by_client else (SERVER, port, CLIENT, 51500 + number)
            link.udp(BEGIN + number * 1_000_000 + place * 10_000, *ends, data)
    for generic in (0, 6, 9):
        link.udp(BEGIN + generic * 1000, CLIENT, 51510 + generic, SERVER, 162, message(0, b"public", trap(generic)))
    for number, tag in enumerate((b"\xbf\4", b"\xbf\x81\4", b"\xbf\x12")):
        told = message(0, b"public", tag + trap(6)[1:])
        link.udp(BEGIN + 20_000 + number * 1000, CLIENT, 51520 + number, SERVER, 162, told)


def vnc_sessions(capture):
    """Sessions of VNC: versions 3.3, 3.7, 3.8 and 4.1; let in, refused, of a kind that is not known; a client that speaks out
    of turn, a version that is none."""
    link = plain(capture)
    challenge, answer = bytes(range(16)), bytes(range(16, 32))
    name = b"beacon tower"
    screen = struct.pack(">HHBBBBHHHBBB3xI", 800, 600, 32, 24, 0, 1, 255, 255, 255, 16, 8, 0, len(name)) + name
    reason = struct.pack(">I", 12) + b"gates closed"

    def version(minor):
        return b"RFB 003.%03d\n" % minor

    ok, failed, odd = struct.pack(">I", 0), struct.pack(">I", 1), struct.pack(">I", 7)
    sessions = [
        [version(3), version(3), ok[:3] + b"\2", b"", challenge, answer, ok, b"\0", screen],
        [version(7), version(7), b"\2\1\2", b"\2", challenge, answer, ok, b"\1", screen],
        [version(8), version(8), b"\1\2", b"\2", challenge, answer, failed + reason],
        [version(8), version(8), b"\0" + reason],
        [version(8), version(8), b"\1\x13", b"\x13", b"\0\2"],
        [version(8), version(8), b"\1\2", b"\2", challenge, answer, odd],
        [version(3), version(3), ok + reason],
        [version(8), version(8), b"\1\2", b"\2", b"", b"\2"],
        [version(7), version(7), b"\1\1", b"\1", b"", b"\1", screen, b"\3\0\0\0\0\0\3\x20\2\x58", b"\0\0\0\0"],
        [b"RFB 004.001\n", b"RFB 004.001\n", b"\1\2", b"\2", challenge, answer, ok, b"\1", screen],
    ]
    for number, messages in enumerate(sessions):
        talk = Talk(link, BEGIN + number * 1_000_000, CLIENT, 51600 + number, SERVER, 5900).open()
        for place, message in enumerate(messages):
            if message:
                (talk.ask if place % 2 else talk.answer)(message)
        talk.close()


def postgres_sessions(capture):
    """Sessions of PostgreSQL: passwords, SASL, errors, COPY both ways, prepared statements, a request that
    is cancelled, requests of encryption, and what is none of its messages."""
    link = plain(capture)

    def told(kind, content=b""):
        return kind + struct.pack(">I", 4 + len(content)) + content

    def early(code, content=b""):
        return struct.pack(">II", 8 + len(content), code) + content

    def texts(*parts):
        return b"".join(part + b"\0" for part in parts)

    def login(number, content=b""):
        return told(b"R", struct.pack(">I", number) + content)

    start = early(196608, texts(b"user", b"watch", b"database", b"towers", b"TimeZone", b"UTC", b"shift", b"night", b""))
    ready = told(b"Z", b"I")
    settings = told(b"S", texts(b"DateStyle", b"ISO")) + told(b"S", texts(b"in_hot_standby", b"off"))
    welcome = login(0) + settings + told(b"K", struct.pack(">II", 4711, 99)) + ready
    columns = told(b"T", struct.pack(">H", 2) + (texts(b"name") + bytes(18)) * 2)
    row = told(b"D", struct.pack(">HI", 2, 5) + b"north" + struct.pack(">i", -1))

    def failure(kind):
        fields = [b"SERROR", b"VERROR", b"C42P01", b"Mno such tower", b"Dseen from the north", b"Hlight another", b"P15", b"p7", b"qSELECT 7", b"Wsignal",
                  b"spublic", b"ttowers", b"cname", b"dtext", b"ntowers_key", b"Fbeacon.c", b"L42", b"Rlight"]
        return told(kind, texts(*fields, b""))

    def query(text):
        return told(b"Q", texts(text))

    copied = told(b"d", b"north\t1\n") + told(b"d", b"south\t2\n")
    formats = struct.pack(">bHHH", 0, 2, 0, 0)
    sessions = [
        [start, login(5, b"salt"), told(b"p", texts(b"md5secret")), welcome, query(b"SELECT * FROM towers"), columns + row * 3 + told(b"C", texts(b"SELECT 3")) + ready,
         query(b"SELECT nothing"), failure(b"E") + ready, query(b"BEGIN; COMMIT"), told(b"C", texts(b"BEGIN")) + told(b"C", texts(b"COMMIT")) + ready, told(b"X"), b""],
        [start, login(3), told(b"p", texts(b"open sesame")), failure(b"E")],
        [start, login(10, texts(b"SCRAM-SHA-256", b"")), told(b"p", texts(b"SCRAM-SHA-256") + struct.pack(">I", 5) + b"n,,n="), login(11, b"r=1,s=2,i=3"),
         told(b"p", b"c=biws,r=1,p=2"), login(12, b"v=3") + welcome, told(b"X"), b""],
        [start, welcome, query(b"COPY towers FROM STDIN"), told(b"G", formats), copied + told(b"c"), told(b"C", texts(b"COPY 2")) + ready,
         query(b"COPY towers TO STDOUT"), told(b"H", formats) + copied + told(b"c") + told(b"C", texts(b"COPY 2")) + ready,
         query(b"COPY towers FROM STDIN"), told(b"G", formats), told(b"d", b"east\t3\n") + told(b"f", texts(b"gave up")), failure(b"E") + ready],
        [start, welcome, told(b"P", texts(b"one", b"SELECT $1", b"")[:-1] + b"\0\0") + told(b"S"), told(b"1") + ready, query(b"SELECT 1"), columns + row + told(b"C", texts(b"SELECT 1")) + ready],
        [early(80877102, struct.pack(">II", 4711, 99))],
        [early(80877103), b"N", start, welcome, told(b"X")],
        [start, welcome, b"Q\0\0\0\1", b"", query(b"SELECT 4"), ready],
    ]
    for number, messages in enumerate(sessions):
        talk = Talk(link, BEGIN + number * 1_000_000, CLIENT, 51700 + number, SERVER, 5432).open()
        for place, message in enumerate(messages):
            if message:
                (talk.answer if place % 2 else talk.ask)(message)
        talk.close()


def clocks(capture):
    """Messages of NTP: all versions and modes, control messages, some too short, with fields behind the header."""
    link = plain(capture)

    def message(version, mode, stratum=0, reference=b"\0\0\0\0", rest=b""):
        return bytes([version << 3 | mode, stratum, 6, 0xEC]) + bytes(8) + reference + bytes(range(32)) + rest

    datagrams = [(version, mode) for version in range(1, 6) for mode in (3, 4)] + [(4, mode) for mode in (0, 1, 2, 5, 6, 7)]
    for number, (version, mode) in enumerate(datagrams):
        ends = (SERVER, 123, CLIENT, 52000 + number) if mode in (4, 5) else (CLIENT, 52000 + number, SERVER, 123)
        link.udp(BEGIN + number * 1000, *ends, message(version, mode, mode - 2 if mode in (3, 4) else 0, b"GPS\0"))
    talk = [(True, message(4, 3)), (False, message(4, 4, 2, b"LOCL")), (True, message(4, 3, rest=bytes(20))), (True, message(3, 3, rest=bytes(12))),
            (True, message(4, 3)[:47]), (False, message(4, 4)[:12]), (True, message(2, 3)), (True, b"\x16\2\0\1\0\0\0\0\0\0\0\0"), (True, message(4, 3, rest=b"\0\2\0\x14" + bytes(16)))]
    for place, (by_client, data) in enumerate(talk):
        ends = (CLIENT, 52100, SERVER, 123) if by_client else (SERVER, 123, CLIENT, 52100)
        link.udp(BEGIN + 100_000 + place * 1000, *ends, data)


def leases(capture):
    """Leases by DHCP: all types of messages, every option that is told of, lists, pads, lengths that cannot be, a message
    without its cookie, one without a type, one that is cut."""
    link = plain(capture)

    def option(kind, content):
        return bytes([kind, len(content)]) + content

    def message(request, number, *options, ends=b"\xff", addresses=(b"\0" * 4,) * 4, cookie=b"\x63\x82\x53\x63", length=6):
        head = bytes([1 if request else 2, 1, length, 0]) + struct.pack(">IHH", number, 1, 0) + b"".join(addresses)
        return head + b"\2\0\0\0\1\7" + bytes(10) + bytes(192) + cookie + b"".join(options) + ends

    def kind(number):
        return option(53, bytes([number]))

    given = (b"\x0a\x14\1\5", b"\x0a\x14\1\7", b"\x0a\x14\1\1", b"\x0a\x14\1\2")
    full = [option(1, b"\xff\xff\xff\0"), option(3, b"\x0a\x14\1\1\x0a\x14\1\2"), option(6, b"\x0a\x14\1\x35\x0a\x14\1\x36"), option(12, b"watch-7"), option(50, b"\x0a\x14\1\7"),
            option(51, struct.pack(">I", 3600)), option(54, b"\x0a\x14\1\1"), option(55, bytes(range(1, 256))), option(58, struct.pack(">I", 1800)), option(59, struct.pack(">I", 3150)),
            option(60, b"tower"), option(61, b"\1\2\0\0\0\1\7"), b"\0\0", option(15, b"example")]
    ports = [68, 67]
    messages = [message(request, 7000 + number, kind(number), *(full if number in (5, 3) else ()), addresses=given if number == 5 else (b"\0" * 4,) * 4)
                for number in range(0, 19) for request in (True, False)]
    messages += [message(True, 8001, kind(1), option(55, b"\1\3\6\x0f\xfc\x79"), option(61, b"\0name")), message(True, 8002, kind(1), option(51, b"\0\1"), option(55, b"")),
                 message(True, 8003, kind(1), option(12, b"x") + b"\x0c\xc8abc", ends=b""), message(True, 8004, kind(1), ends=b""), message(True, 8005, option(12, b"watch")),
                 message(True, 8006, kind(1), cookie=b"abcd"), message(True, 8007, kind(1))[:200], message(True, 8008, kind(3), option(50, b"\x0a\x14"), option(61, b"")),
                 message(True, 8009, kind(5), option(61, b"\1\2\0\0\0\1\7"), length=4), message(True, 8010, kind(5), option(3, b"\x0a\x14\1"), option(255, b"")), b"\1\1\6\0", message(True, 8011, ends=b"")]
    for number, data in enumerate(messages):
        request = data[0] == 1
        ends = ("0.0.0.0", 68, "255.255.255.255", 67) if request and number % 4 == 0 else ("10.20.1." + str(20 + number), 68, "10.20.1.1", 67)
        if not request:
            ends = ends[2:] + ends[:2]
        link.udp(BEGIN + number * 1000, *ends, data)


def outstations(capture):
    """Sessions of DNP3: objects of many kinds, messages in several segments, confirmations, a flood, a banner, frames and
    objects that are damaged, cut, unknown or too many."""
    link = plain(capture)

    def checked(data):
        value = 0
        for byte in data:
            value ^= byte
            for _ in range(8):
                value = value >> 1 ^ 0xA6BC if value & 1 else value >> 1
        return data + struct.pack("<H", ~value & 0xFFFF)

    def frame(content, control, ends=(1, 10)):
        head = checked(struct.pack("<BBBBHH", 5, 0x64, 5 + len(content), control, *ends))
        return head + b"".join(checked(content[place : place + 16]) for place in range(0, len(content), 16))

    def message(content, by_client=True, first=0, size=249, is_whole=True):
        parts = [content[place : place + size] for place in range(0, len(content), size)]
        marks = [0x40 * (place == 0) | 0x80 * (is_whole and place == len(parts) - 1) for place in range(len(parts))]
        return [
            frame(bytes([mark | first + place & 63]) + part, 0xC4 if by_client else 0x44, (10, 1) if by_client else (1, 10))
            for place, (mark, part) in enumerate(zip(marks, parts))
        ]

    def ask(function, objects=b"", **rest):
        return b"".join(message(bytes([0xC0, function]) + objects, **rest))

    def tell(objects=b"", flags=b"\0\0", function=129, **rest):
        return b"".join(message(bytes([0xE0, function]) + flags + objects, by_client=False, **rest))

    relay = struct.pack("<BBIIB", 0x41, 1, 100, 200, 0)
    name = b"C:/towers.xml"
    file = struct.pack("<HHIHHIIHHH", 26, len(name), 7, 0, 511, 0, 0, 1, 1024, 30) + name
    told = [
        b"\1\2\0\0\2" + b"\x81\1\3", b"\1\1\0\0\x0f" + b"\x55\xaa\0", b"\3\1\7\5" + b"\x1b", b"\x1e\1\x17\2" + b"\5\1\xfe\xff\xff\xff\6\1\7\0\0\0",
        b"\x1e\5\0\1\1\1" + struct.pack("<f", 1.5), b"\x1e\6\0\1\1\1" + struct.pack("<d", 1e21), b"\x2a\2\1\1\0\1\0\1\xff\x7f", b"\x16\1\x28\1\0\3\0\1\7\0\0\0",
        b"\x46\5\x5b\1\x0c\0" + b"\1\0\0\0\2\0\0\0" + b"fire", b"\x53\1\7\1WALL\1\0\3\0abc", b"\x78\1\x5b\1\x0b\0" + b"\1\0\0\0\2\0\3\4abc",
    ]
    odd = [b"\x63\1\7\1a", b"\x1e\1\0\0", b"\x1e\1\x0c", b"\x1e\1\0\0\1\1\2", b"\1\1\1\0\0\xff\xff", b"\1\0\6" * 5, b"\x78\1\7\1abcdefgh"]
    broken = bytearray(ask(1, b"\x3c\2\6"))
    broken[3] ^= 1
    spoiled = bytearray(ask(1, b"\x3c\3\6"))
    spoiled[-1] ^= 1
    long = message(b"\xc0\2" + b"\x0c\1\x28\x20\0" + b"".join(struct.pack("<H", place) + relay for place in range(32)), size=100)
    sessions = [
        [(True, ask(1, b"\x3c\1\6\x3c\2\6")), (False, b"".join(tell(part, flags=b"\x80\x02", first=place) for place, part in enumerate(told)))],
        [(True, ask(3, b"\x0c\1\x28\1\0\4\0" + relay)), (True, ask(0)), (True, ask(27, b"\x46\3\x5b\1" + struct.pack("<H", len(file)) + file))]
        + [(True, part) for part in long] + [(True, ask(2, b"\x32\1\7\1\1\2\3\4\5\6", first=9))],
        [(True, ask(1, part)) for part in odd],
        [(True, ask(1)), (True, bytes(broken) + ask(13)), (True, bytes(spoiled)), (True, frame(b"\xc0\xc0", 0xC4)), (False, tell(flags=b"\0\x10", function=130))],
        [(False, b"DNP3 outstation ready"), (True, ask(1, b"\x3c\1\6")), (False, tell(b"\1\0\6"))],
        [(True, ask(1, b"\x3c\1\6", is_whole=False)) for _ in range(35)],
        [(True, ask(1)), (True, b"no frame at all")],
        [(True, b"".join(message(b"\xc0\2" + bytes(16100), first=5)))],
    ]
    for number, turns in enumerate(sessions):
        talk = Talk(link, BEGIN + number * 1_000_000, CLIENT, 52500 + number, SERVER, 20000).open()
        for by_client, data in turns:
            (talk.ask if by_client else talk.answer)(data)
        talk.close()


def registers(capture):
    """Sessions of Modbus: every function that is known and some that are not, exceptions, answers that do not go with their
    requests or come without, messages in pieces and together, headers that cannot be, more requests than there may be."""
    link = plain(capture)

    def message(number, function, content=b"", unit=1, length=None, protocol=0):
        size = 2 + len(content) if length is None else length
        return struct.pack(">HHHBB", number, protocol, size, unit, function) + content

    def words(*numbers):
        return struct.pack(f">{len(numbers)}H", *numbers)

    pairs = [
        (1, words(0, 10), b"\2\5\1"), (2, words(99, 8), b"\1\xff"), (3, words(5, 2), b"\4\0\1\0\2"), (4, words(500, 126), b"\2\0\1"),
        (5, words(1, 0xFF00), words(1, 0xFF00)), (5, words(2, 1), words(2, 1)), (6, words(100, 1234), words(100, 1234)), (6, words(100, 1), words(100, 2)),
        (15, words(0, 10) + b"\2\xcd\1", words(0, 10)), (16, words(0, 2) + b"\4\0\x0a\1\2", words(0, 2)), (16, words(7, 2) + b"\3\0\1\2", words(7, 0)),
        (22, words(4, 0xF2, 0x25), words(4, 0xF2, 0x25)), (23, words(3, 2, 14, 1) + b"\2\0\xff", b"\4\0\1\0\2"), (20, b"\7\6\0\4\0\1\0\2", b"\5\4\6\0\1"), (21, b"", b"x"),
        (8, words(4, 0), words(4, 0)), (8, words(1, 0xAA55), words(1, 0)), (8, words(22), words(22)), (8, b"\0", b""), (43, b"\x0e\1\0", b"\x0e\1\1\0\0\0"), (43, b"\x63\1", b"\x63"),
        (7, b"", b"\x6d"), (11, b"x", b"\0\0\1\2"), (12, b"", b"\1\2"), (17, b"", b"\2\1\xff"), (24, b"\4", b"\0\2\0\0"), (9, b"a", b"b"), (66, b"user", b"told"), (41, b"", b""), (100, b"", b"\0"),
        (3, words(0, 0), None), (1, words(65535, 3), b"\1\7"), (6, words(65535, 9), words(65535, 9)), (0, b"", b""), (0x85, b"", None), (3, b"\0", b"\2\0\1"),
    ]
    requests = [message(number, function, asked) for number, (function, asked, _) in enumerate(pairs)]
    answers = [message(number, function, told) for number, (function, _, told) in enumerate(pairs) if told is not None]
    talks = [
        [(place % 2 == 0, data) for place, data in enumerate(sum(([ask, tell] for ask, tell in zip(requests, answers)), []))],
        [(True, b"".join(requests[:12])), (False, b"".join(answers[:12]))],
        [(True, requests[0][:9]), (True, requests[0][9:] + requests[2][:3]), (True, requests[2][3:]), (False, answers[2]), (False, answers[0])],
        [(True, requests[6])] + [(False, message(6, 0x86, bytes([code]))) for code in (1, 2, 8, 11, 12)],
        [(True, requests[2]), (False, message(77, 3, b"\2\0\1")), (True, message(77, 3, words(0, 1))), (False, message(2, 3, b"\4\0\1\0\2", unit=9))],
        [(True, requests[2]), (True, message(5, 6, words(1, 1), protocol=3)), (True, message(6, 3, words(1, 1), length=1)), (True, message(7, 3, words(1, 1), length=300)), (True, requests[5])],
        [(True, message(number, 6, words(number, number), unit=17)) for number in range(7)] + [(True, b"".join(message(number, 1, words(0, 1)) for number in range(498)))],
        [(True, b"no header")],
    ]
    for number, turns in enumerate(talks):
        talk = Talk(link, BEGIN + number * 1_000_000, CLIENT, 52600 + number, SERVER, 502).open()
        for by_client, data in turns:
            (talk.ask if by_client else talk.answer)(data)
        talk.close()


def controllers(capture):
    """Sessions of EtherNet/IP over TCP and UDP: what devices say they are, sessions that begin and end, requests of CIP with
    paths, lists and several services in one, over connections and without; statuses, frames that are cut or cannot be."""
    link = plain(capture)

    def message(command, content=b"", session=7, status=0, options=0, length=None):
        size = len(content) if length is None else length
        return struct.pack("<HHII8sI", command, size, session, status, b"fengsui!", options) + content

    def items(*parts):
        return struct.pack("<H", len(parts)) + b"".join(struct.pack("<HH", kind, len(part)) + part for kind, part in parts)

    def carried(part, connected=None):
        if connected is None:
            return message(0x6F, bytes(6) + items((0, b""), (0xB2, part)))
        return message(0x70, bytes(6) + items((0xA1, struct.pack("<I", 99)), (0xB1, struct.pack("<H", connected) + part)))

    def path(*segments):
        text = b"".join(segments)
        return bytes([len(text) // 2]) + text

    def ask(service, *segments, rest=b""):
        return bytes([service]) + path(*segments) + rest

    def tell(service, status=0, extended=b"", rest=b""):
        return bytes([service | 0x80, 0, status, len(extended)]) + extended + rest

    def several(head, *parts):
        offset, offsets = 2 + 2 * len(parts), []
        for part in parts:
            offsets.append(offset)
            offset += len(part)
        return head + struct.pack(f"<H{len(parts)}H", len(parts), *offsets) + b"".join(parts)

    name = b"1756-ENBT/A \xe7\x83\xbd"
    device = struct.pack("<H16xHHHBBHIB", 1, 1, 12, 58, 4, 3, 0x30, 0x524D8E, len(name)) + name + b"\3"
    service = struct.pack("<HH16s", 1, 0x120, b"Communications")
    one, two, attribute = b"\x20\1", b"\x24\1", b"\x30\7"
    wide, long = b"\x21\0\x6b\0", b"\x26\0\1\2\3\4"
    reads = ask(3, one, two, rest=struct.pack("<HHH", 2, 5, 6))
    writes = ask(4, wide, two, rest=struct.pack("<HHH", 1, 9, 77))
    sessions = [
        [(True, message(0x65, struct.pack("<HH", 1, 0), session=0)), (False, message(0x65, struct.pack("<HH", 1, 0))), (True, message(0x63)), (False, message(0x63, items((0x0C, device)))),
         (True, message(4)), (False, message(4, items((0x100, service)))), (True, message(0x64)), (False, message(0x64, items())), (True, message(0x66))],
        [(True, message(0x65, struct.pack("<HH", 1, 0), session=0)), (True, carried(ask(14, one, two, attribute))), (False, carried(tell(14, rest=b"\1\0"))), (True, carried(reads)), (False, carried(tell(3, 10))),
         (True, carried(writes)), (False, carried(tell(4, 1, b"\7\1"))), (True, carried(ask(1, long, two))), (False, carried(tell(1, 0xD0, b"\1\2\3"))), (True, carried(ask(0x4B, b"\x91\4abcd")))],
        [(True, message(0)), (True, carried(several(ask(10, b"\x20\2", two), ask(14, one, two, attribute), writes, ask(0x4C, wide)), 5)), (False, carried(several(tell(10), tell(14), tell(4, 5), tell(0x4C, 1, b"\0\1")), 5)),
         (True, carried(reads, 6) + carried(ask(5, one), 7)), (False, carried(tell(5), 7)), (False, carried(tell(3), 6)), (False, carried(tell(6), 8))],
        [(True, message(0x65, b"\1\0\0\0")[:30]), (True, b"\1\0\0\0"[2:]), (True, message(0x65, b"\1\0")), (True, message(0x63, b"\1\0")), (True, carried(several(ask(10, one), b"")[:-2])), (True, message(0x99, b"abc", status=9)), (False, message(0x72, status=0x64, options=3))],
        [(True, b"nothing of the kind, and long enough")],
    ]
    for number, turns in enumerate(sessions):
        talk = Talk(link, BEGIN + number * 1_000_000, CLIENT, 52700 + number, SERVER, 44818).open()
        for by_client, data in turns:
            (talk.ask if by_client else talk.answer)(data)
        talk.close()
    datagrams = [(True, message(0x63)), (False, message(0x63, items((0x0C, device)))), (True, carried(ask(14, one, two, attribute))), (False, message(4, items((0x100, service)))), (True, message(0x63, length=9)), (True, message(4))]
    for place, (by_client, data) in enumerate(datagrams):
        ends = (CLIENT, 52750, SERVER, 44818) if by_client else (SERVER, 44818, CLIENT, 52750)
        link.udp(BEGIN + place * 10_000, *ends, data)


def ike_payloads(*payloads):
    """Payloads of IKE, each with the kind of the next."""
    kinds = [kind for kind, _ in payloads[1:]] + [0]
    return b"".join(struct.pack(">BBH", kind, 0, 4 + len(data)) + data for kind, (_, data) in zip(kinds, payloads))


def ike_message(version, exchange, payloads, sides=(0x51, 0x52), flags=0, number=0, first=None, length=None):
    """A message of IKE."""
    body = payloads if isinstance(payloads, bytes) else ike_payloads(*payloads)
    kind = first if first is not None else 0 if isinstance(payloads, bytes) or not payloads else payloads[0][0]
    size = 28 + len(body) if length is None else length
    return struct.pack(">QQBBBBII", *sides, kind, version, exchange, flags, number, size) + body


def ike_sessions(capture):
    """Associations of IKE 1 and 2: proposals with all kinds of attributes and algorithms, nonces, vendors, encrypted messages,
    notifications, payloads that are cut or too short, other lengths and versions, an answer that turns the flow round."""
    link = plain(capture)
    now = [BEGIN]

    def send(by_client, data, port=500):
        ends = (CLIENT, port, SERVER, 500) if by_client else (SERVER, 500, CLIENT, port)
        link.udp(now[0], *ends, data)
        now[0] += 1000

    def attribute(kind, value):
        return struct.pack(">HH", 0x8000 | kind, value) if isinstance(value, int) else struct.pack(">HH", kind, len(value)) + value

    def transforms(*lists):
        entries = [(3, struct.pack(">BBH", place, 1, 0) + b"".join(entry)) for place, entry in enumerate(lists)]
        return ike_payloads(*entries)

    def proposal1(*lists, spi=b"", count=None):
        return struct.pack(">BBBB", 1, 1, len(spi) if count is None else count, len(lists)) + spi + transforms(*lists)

    def association1(*proposals, domain=1):
        return struct.pack(">II", domain, 1) + ike_payloads(*[(2, proposal) for proposal in proposals])

    # Version 1.
    usual = [attribute(1, 7), attribute(14, 128), attribute(2, 2), attribute(4, 2), attribute(3, 1), attribute(11, 1), attribute(12, struct.pack(">I", 86400))]
    every = [[attribute(1, n), attribute(2, n), attribute(3, n), attribute(4, n), attribute(11, n), attribute(13, n)] for n in range(0, 32)]
    odd = [attribute(kind, b"\1\2\3") for kind in range(0, 18)] + [attribute(1, b"\0\0\0\5"), attribute(99, 7), attribute(98, 8), attribute(12, b""), b"\0\x0c\0"]
    vendors = [(13, bytes.fromhex("4a131c81070358455c5728f20e95452f")), (13, b"tower"), (13, b"")]
    send(True, ike_message(0x10, 2, [(1, association1(proposal1(usual, usual[:5], spi=b"abcd")))] + vendors, sides=(0x51, 0)))
    send(False, ike_message(0x10, 2, [(1, association1(proposal1(usual)))] + vendors[:1]))
    send(True, ike_message(0x10, 2, [(4, bytes(range(64))), (10, b"nonce of the client!"), (20, bytes(16))]))
    send(False, ike_message(0x10, 2, [(4, bytes(range(100, 180))), (10, b"nonce of the server")]))
    send(True, ike_message(0x10, 2, bytes(48), flags=1, first=5))
    send(False, ike_message(0x10, 2, bytes(48), flags=1, first=5))
    for exchange in (0, 1, 3, 4, 5, 6, 7, 32, 33, 34):
        send(True, ike_message(0x10, exchange, [(8, bytes(8))], number=exchange), port=501)
    for kind in range(0, 25):
        send(kind % 2 == 0, ike_message(0x11, 5, [(kind, bytes(12)), (12, bytes(4))]), port=502)
    for lists in (every[:16], every[16:], [odd]):
        send(True, ike_message(0x10, 4, [(1, association1(proposal1(*lists)))]), port=503)
        send(False, ike_message(0x10, 4, [(1, association1(proposal1(*lists)))]), port=503)
    send(False, ike_message(0x10, 4, [(1, association1(proposal1(usual), proposal1(usual[:3])))]), port=503)
    send(False, ike_message(0x10, 2, [(4, bytes(8))]), port=503)
    for data in (struct.pack(">I", 2), struct.pack(">I", 1), b"\0\0", association1(domain=7), association1(proposal1(usual)[:3]), association1(proposal1(usual, count=200)),
                 association1(proposal1(usual)[:40]), association1(b"\1\1\0\1")):
        send(True, ike_message(0x10, 2, [(1, data), (13, b"after")]), port=504)
    for body in (b"\0\0\0\3", b"\0\0\0\4rest", b"\0\0\1\0", ike_payloads((10, b"n")) + b"xyz", b"\0\0\0\0" * 3):
        send(True, ike_message(0x10, 2, body, first=10), port=505)
    send(True, ike_message(0x10, 2, [(2, proposal1(usual)), (3, transforms(usual)[4:]), (3, b"\0")]), port=506)
    send(True, ike_message(0x10, 2, [(2, b"\1")]), port=506)

    # Version 2.
    def transform(kind, number, more=b"", length=None):
        return struct.pack(">BBHBBH", 3, 0, 8 + len(more) if length is None else length, kind, 0, number) + more

    def proposal2(*entries, number=1, spi=b"", count=None, length=None):
        body = spi + b"".join(entries)
        return struct.pack(">BBHBBBB", 0, 0, 8 + len(body) if length is None else length, 1, number, len(spi), len(entries) if count is None else count) + body

    def notification(kind, spi=b"", data=b""):
        return (41, struct.pack(">BBH", 1, len(spi), kind) + spi + data)

    strong = [transform(1, 20, attribute(14, 256)), transform(2, 5), transform(4, 19), transform(5, 0)]
    start = [(34, struct.pack(">HH", 19, 0) + bytes(64)), (40, bytes(32)), notification(16388, data=bytes(20)), notification(16389, data=bytes(20))]
    send(True, ike_message(0x20, 34, [(33, proposal2(*strong) + proposal2(transform(1, 3), transform(2, 2), transform(3, 2), transform(4, 2)))] + start, sides=(0x61, 0), flags=8), port=507)
    send(False, ike_message(0x20, 34, [(33, proposal2(*strong))] + start, sides=(0x61, 0x62), flags=0x20), port=507)
    send(True, ike_message(0x20, 35, [(46, bytes(64))], sides=(0x61, 0x62), flags=8, number=1), port=507)
    send(False, ike_message(0x20, 35, [(46, bytes(64))], sides=(0x61, 0x62), flags=0x20, number=1), port=507)
    for number in range(0, 35):
        entries = [transform(kind, number) for kind in range(1, 6)]
        send(False, ike_message(0x20, 36, [(33, proposal2(*entries, number=number % 4, spi=b"abcd"))], flags=0x20), port=508)
    for kind in (1, 2, 3, 4, 6, 200):
        send(kind == 2, ike_message(0x20, 36, [(33, proposal2(transform(kind, 12)))]), port=508)
    names = [*range(0, 50), *range(16380, 16450), 40960]
    for part in range(0, len(names), 25):
        send(True, ike_message(0x20, 37, [notification(kind) for kind in names[part:part + 25]], flags=8), port=509)
    selectors = b"\1\0\0\0" + struct.pack(">BBHHH", 7, 0, 16, 0, 65535) + bytes(8)
    for kind in (*range(30, 52), 128, 255):
        for data in (b"", b"abc", bytes(8), selectors):
            send(kind % 2 == 0, ike_message(0x20, 37, [(kind, data), notification(16384)]), port=510)
    for body in (b"\0\0\0\3", b"\0\0\0", b"\0\0\1\0abc", b"\0\0\0\0"):
        send(True, ike_message(0x20, 34, body, first=40), port=511)
    cut = [proposal2(*strong)[:20], proposal2(*strong) + b"\0\0\0", proposal2(*strong, count=9), proposal2(*strong, length=6), proposal2(transform(1, 12, length=400)),
           proposal2(transform(1, 12, length=0), transform(4, 14)), proposal2(), proposal2(*strong, length=400), proposal2(*strong) + proposal2(*strong)[:30]]
    for data in cut:
        send(False, ike_message(0x20, 34, [(33, data)]), port=511)

    # What is none, and who speaks first.
    send(True, ike_message(0x20, 34, [(40, bytes(8))])[:20], port=512)
    send(True, ike_message(0x30, 34, [(40, bytes(8))]), port=513)
    send(True, ike_message(0x21, 34, [(40, bytes(8))]), port=514)
    send(True, ike_message(0x20, 33, [(40, bytes(8))]), port=515)
    send(True, ike_message(0x20, 34, [(40, bytes(8))], length=99), port=516)
    send(True, ike_message(0x10, 34, [(10, bytes(8))], length=99), port=517)
    send(True, ike_message(0x10, 2, [(10, bytes(8))]), port=517)
    send(True, ike_message(0x30, 2, [(10, bytes(8))]), port=517)
    send(True, ike_message(0x20, 99, [(40, bytes(8))]), port=517)
    send(True, b"\xff", port=518)
    send(False, ike_message(0x10, 2, [(1, association1(proposal1(usual)))], sides=(0x71, 0)), port=518)
    send(True, ike_message(0x10, 2, [(10, bytes(20))], sides=(0x71, 0x72)), port=518)
    send(True, ike_message(0x20, 34, [(40, bytes(8))], sides=(0x73, 0), flags=8), port=519)
    send(False, ike_message(0x20, 34, [(40, bytes(9))], sides=(0x74, 0), flags=8), port=519)
    send(True, ike_message(0x20, 34, [(40, bytes(10))], sides=(0x74, 0x75), flags=0x20), port=519)
    send(False, ike_message(0x20, 34, [(40, bytes(9))], sides=(0x74, 0x75), flags=8), port=519)
    link.udp(now[0], CLIENT, 4500, SERVER, 4500, bytes(4) + ike_message(0x20, 34, [(40, bytes(8))], sides=(0x76, 0), flags=8))


def kerberos_name(kind, *parts):
    """A name of Kerberos."""
    return ber(0x30, ber(0xA0, ber(2, bytes([kind]))), ber(0xA1, ber(0x30, *[ber(0x1B, part.encode()) for part in parts])))


def kerberos_number(value):
    """A number in as few bytes as it needs."""
    return ber(2, value.to_bytes((value if value >= 0 else ~value).bit_length() // 8 + 1, "big", signed=True))


def kerberos_request(kind, client=None, server=("krbtgt", "TOWER.EXAMPLE"), realm="TOWER.EXAMPLE", early=b"", more=b"", options=b"\0\x40\x81\0\x10"):
    """AS-REQ or TGS-REQ."""
    body = [ber(0xA0, ber(3, options))]
    if client:
        body.append(ber(0xA1, kerberos_name(1, *client)))
    body.append(ber(0xA2, ber(0x1B, realm.encode())))
    if server:
        body.append(ber(0xA3, kerberos_name(2, *server)))
    body += [ber(0xA5, ber(0x18, b"20261127120000Z")), ber(0xA7, kerberos_number(0x12345678)), ber(0xA8, ber(0x30, *[kerberos_number(n) for n in (18, 17, 23, -128)])), more]
    early = ber(0xA3, ber(0x30, ber(0x30, ber(0xA1, kerberos_number(2)), ber(0xA2, ber(4, early))))) if early else b""
    return ber(0x60 | kind, ber(0x30, ber(0xA1, kerberos_number(5)), ber(0xA2, kerberos_number(kind)), early, ber(0xA4, ber(0x30, *body))))


def kerberos_reply(kind, encryption, ticket, client=("watch",), server=("krbtgt", "TOWER.EXAMPLE"), version=5):
    """AS-REP or TGS-REP."""
    def encrypted(number):
        return ber(0x30, ber(0xA0, kerberos_number(number)), ber(0xA1, kerberos_number(2)), ber(0xA2, ber(4, bytes(40))))

    inner = ber(0x61, ber(0x30, ber(0xA0, kerberos_number(version)), ber(0xA1, ber(0x1B, b"TOWER.EXAMPLE")), ber(0xA2, kerberos_name(2, *server)), ber(0xA3, encrypted(ticket))))
    return ber(0x60 | kind, ber(0x30, ber(0xA0, kerberos_number(5)), ber(0xA1, kerberos_number(kind)), ber(0xA3, ber(0x1B, b"TOWER.EXAMPLE")), ber(0xA4, kerberos_name(1, *client)),
                                ber(0xA5, inner), ber(0xA6, encrypted(encryption))))


def kerberos_error(code, client=None, text=None):
    """KRB-ERROR."""
    parts = [ber(0xA0, kerberos_number(5)), ber(0xA1, kerberos_number(30)), ber(0xA4, ber(0x18, b"20261127020000Z")), ber(0xA5, kerberos_number(999_999)), ber(0xA6, kerberos_number(code))]
    if client:
        parts += [ber(0xA7, ber(0x1B, b"TOWER.EXAMPLE")), ber(0xA8, kerberos_name(1, *client))]
    parts += [ber(0xA9, ber(0x1B, b"TOWER.EXAMPLE")), ber(0xAA, kerberos_name(2, "krbtgt", "TOWER.EXAMPLE"))]
    if text:
        parts.append(ber(0xAB, ber(0x1B, text)))
    return ber(0x7E, ber(0x30, *parts))


def kerberos_tickets(capture):
    """Tickets of Kerberos over UDP and TCP: requests, replies of all encryptions, errors of all codes, names of several parts, messages in
    pieces, several in one segment, messages that cannot be read, and some that are none."""
    link = plain(capture)
    now = [BEGIN]

    def send(by_client, data, port=52100):
        ends = (CLIENT, port, SERVER, 88) if by_client else (SERVER, 88, CLIENT, port)
        link.udp(now[0], *ends, data)
        now[0] += 1000

    send(True, kerberos_request(10, ("watch",)))
    send(False, kerberos_error(25))
    send(True, kerberos_request(10, ("watch",), early=bytes(40)))
    send(False, kerberos_reply(11, 18, 23))
    send(True, kerberos_request(12, server=("HTTP", "tower.example"), early=bytes(90)))
    send(False, kerberos_reply(13, 17, 3, server=("HTTP", "tower.example")))
    for number in [*range(-5, 30), 65, *range(-142, -126), 300, -300]:
        send(False, kerberos_reply(11 if number % 2 else 13, number, number), port=52101)
    send(True, kerberos_request(12, ("watch", "admin", "one")), port=52102)
    for code in [*range(0, 80), -1, 300, 70000]:
        send(False, kerberos_error(code, client=("watch",) if code % 3 else None, text=b"no" if code % 5 else None), port=52102)
    ticket = kerberos_request(10, ("watch",))
    odd = [kerberos_request(10, ("w\u00e4chter",)), kerberos_request(10, None, None), kerberos_request(10, ("watch",), options=b""), kerberos_reply(11, 18, 18, version=4), ticket[:60],
           ticket + b"more", ber(0x6E, ber(0x30, ber(0xA0, kerberos_number(5)))), ber(0x6F, b"0"), ber(0x75, b"0"), b"\x6a", b"\x6a\x80", b"\x6a\x85\1", b"0\3abc", b"\x7f\x20\1a", b""]
    for data in odd:
        send(True, ticket, port=52103)
        send(True, data, port=52103)
        send(False, kerberos_error(6), port=52103)

    def record(*messages):
        return b"".join(struct.pack(">I", len(data)) + data for data in messages)

    talk = Talk(link, BEGIN + 1_000_000, CLIENT, 52104, SERVER, 88).open()
    talk.ask(record(kerberos_request(10, ("watch",)))).answer(record(kerberos_error(25)))
    whole = record(kerberos_request(10, ("watch",), early=bytes(40)), kerberos_request(12, server=("cifs", "tower.example")))
    talk.ask(whole[:3]).ask(whole[3:90]).ask(whole[90:])
    answer = record(kerberos_reply(11, 23, 18), kerberos_reply(13, 18, 18))
    talk.answer(answer[:200]).answer(answer[200:])
    talk.ask(record(ber(0x6E, b"0"), b"0\1a")).answer(record(kerberos_error(60))).close()
    talk = Talk(link, BEGIN + 2_000_000, CLIENT, 52105, SERVER, 88).open()
    talk.ask(record(kerberos_request(10, ("watch",)))).answer(record(b"\x7e\x80")).ask(record(kerberos_request(10, ("again",)))).close()
    Talk(link, BEGIN + 3_000_000, CLIENT, 52106, SERVER, 88).open().ask(struct.pack(">I", 20_000) + ticket).close()


def rpc_call(number, version, procedure, arguments, program=100003, user=1000, kind=1):
    """A call of ONC RPC."""
    name = b"tower"
    # As the reference reads it, a name is not filled up.
    credentials = struct.pack(">II", 7, len(name)) + name + struct.pack(">II", user, 100) if kind == 1 else b""
    return struct.pack(">IIIIII", number, 0, 2, program, version, procedure) + struct.pack(">II", kind, len(credentials)) + credentials + bytes(8) + arguments


def rpc_reply(number, results, state=0):
    """A reply of ONC RPC."""
    return struct.pack(">IIIII", number, 1, state, 0, 0) + bytes(4) + results


def opaque(data, fills=False):
    """Bytes with their count."""
    return struct.pack(">I", len(data)) + data + (bytes(-len(data) % 4) if fills else b"")


def words(*numbers):
    """Numbers of 32 bits."""
    return struct.pack(f">{len(numbers)}I", *numbers)


def nfs_files(capture):
    """Files of NFS 2 to 4 over TCP and UDP: read and written in and out of order, in pieces, over each other, committed, closed; names from lookups,
    listings and creations; other calls, errors, replies without a call, messages that cannot be read, envelopes, operations of compounds."""
    link = plain(capture)
    one, two, three = b"HANDLE-1", b"HANDLE-2", b"HANDLE-3-LONG"

    def write(handle, offset, data, stable=0, count=None):
        return opaque(handle) + struct.pack(">QIII", offset, len(data) if count is None else count, stable, len(data)) + data + bytes(-len(data) % 4)

    def read(handle, offset, count=4096):
        return opaque(handle) + struct.pack(">QI", offset, count)

    def data(content, ends, attributes=False):
        return words(0, int(attributes)) + (bytes(84) if attributes else b"") + words(len(content), int(ends), len(content)) + content + bytes(-len(content) % 4)

    class Wire:
        """A conversation over either transport."""

        def __init__(self, start, port, tcp):
            self.tcp, self.port, self.now = tcp, port, start
            self.talk = Talk(link, start, CLIENT, port, SERVER, 2049).open() if tcp else None

        def ask(self, data):
            return self.send(True, data)

        def answer(self, data):
            return self.send(False, data)

        def send(self, by_client, data):
            if self.tcp:
                whole = struct.pack(">I", 0x80000000 | len(data)) + data
                (self.talk.ask if by_client else self.talk.answer)(whole)
            else:
                ends = (CLIENT, self.port, SERVER, 2049) if by_client else (SERVER, 2049, CLIENT, self.port)
                link.udp(self.now, *ends, data)
                self.now += 1000
            return self

        def close(self):
            if self.tcp:
                self.talk.close()

    big = bytes(range(256)) * 14
    for place, tcp in enumerate((True, False)):
        wire = Wire(BEGIN + place * 1_000_000, 52300 + place, tcp)
        wire.ask(rpc_call(1, 3, 0, b"")).answer(rpc_reply(1, b""))
        wire.ask(rpc_call(2, 3, 3, opaque(one) + opaque(b"watch.txt", True))).answer(rpc_reply(2, words(0) + opaque(two)))
        wire.ask(rpc_call(3, 3, 1, opaque(two))).answer(rpc_reply(3, words(0) + bytes(84)))
        wire.ask(rpc_call(4, 3, 4, opaque(two) + words(31))).answer(rpc_reply(4, words(0, 0, 31)))
        wire.ask(rpc_call(5, 3, 6, read(two, 0))).answer(rpc_reply(5, data(b"all is quiet, as", False, True)))
        wire.ask(rpc_call(6, 3, 6, read(two, 16))).answer(rpc_reply(6, data(b" at the tower", True)))
        wire.ask(rpc_call(7, 3, 8, opaque(one) + opaque(b"new.bin", True) + words(1) + bytes(24))).answer(rpc_reply(7, words(0, 1) + opaque(three) + bytes(88)))
        wire.ask(rpc_call(8, 3, 7, write(three, 0, b"at first"))).answer(rpc_reply(8, words(0) + bytes(24)))
        wire.ask(rpc_call(9, 3, 7, write(three, 16, b"thirdly "))).ask(rpc_call(10, 3, 7, write(three, 8, b"another ")))
        wire.answer(rpc_reply(9, words(0) + bytes(24))).answer(rpc_reply(10, words(0) + bytes(24)))
        wire.ask(rpc_call(11, 3, 21, opaque(three) + bytes(12))).answer(rpc_reply(11, words(0) + bytes(16)))
        wire.ask(rpc_call(12, 3, 7, write(two, 0, b"at once", 2))).answer(rpc_reply(12, words(0) + bytes(24)))
        wire.ask(rpc_call(13, 3, 14, opaque(one) + opaque(b"old", True) + opaque(one) + opaque(b"newer", True))).answer(rpc_reply(13, words(0)))
        wire.ask(rpc_call(14, 3, 12, opaque(one) + opaque(b"gone", True))).answer(rpc_reply(14, words(2)))
        wire.ask(rpc_call(15, 3, 9, opaque(one) + opaque(b"folder", True) + bytes(24))).answer(rpc_reply(15, words(13)))
        wire.ask(rpc_call(16, 3, 13, opaque(one) + opaque(b"folder", True))).answer(rpc_reply(16, words(66)))
        entry = words(1) + struct.pack(">Q", 7) + opaque(b"listed.txt", True) + bytes(8) + words(0, 1) + opaque(b"HANDLE-4")
        wire.ask(rpc_call(17, 3, 17, opaque(one) + bytes(24))).answer(rpc_reply(17, words(0, 0) + bytes(8) + entry + words(0, 1)))
        wire.ask(rpc_call(18, 3, 6, read(b"HANDLE-4", 0))).answer(rpc_reply(18, data(b"found by the listing", True)))
        wire.ask(rpc_call(19, 3, 18, opaque(one), kind=0)).answer(rpc_reply(19, words(70), state=int(tcp)))
        wire.ask(rpc_call(20, 3, 3, b"\0\0\1\0ab")).answer(rpc_reply(20, words(10001)))
        wire.answer(rpc_reply(99, words(0)))
        wire.ask(rpc_call(21, 3, 16, opaque(one) + bytes(20)))
        wire.ask(rpc_call(22, 2, 17, one * 4)).answer(rpc_reply(22, words(0) + bytes(20)))
        wire.ask(rpc_call(23, 3, 7, write(one, 0, b"never closed")))
        wire.close()

    # Large chunks, in segments.
    wire = Wire(BEGIN + 3_000_000, 52303, True)
    wire.ask(rpc_call(1, 3, 3, opaque(one) + opaque(b"big.bin", True))).answer(rpc_reply(1, words(0) + opaque(two)))
    wire.ask(rpc_call(2, 3, 6, read(two, 0))).answer(rpc_reply(2, data(big, False)))
    wire.ask(rpc_call(3, 3, 6, read(two, len(big)))).answer(rpc_reply(3, data(big[:3000], True)))
    wire.ask(rpc_call(4, 3, 7, write(two, 0, big + b"more"))).answer(rpc_reply(4, words(0) + bytes(24)))
    wire.ask(rpc_call(6, 3, 21, opaque(two) + bytes(12))).answer(rpc_reply(6, words(0) + bytes(16)))
    wire.ask(rpc_call(5, 3, 18, opaque(one))).answer(rpc_reply(5, words(0)))
    wire.close()

    # Version 2 and 4.
    wire = Wire(BEGIN + 4_000_000, 52304, False)
    for procedure in range(0, 19):
        arguments = one * 4 + {3: opaque(b"name", True), 6: words(0, 9, 0)}.get(procedure, b"")
        results = words(0) + bytes(20) + words(9) + bytes(44) + opaque(b"nine byte", True) if procedure == 6 else words(procedure % 3)
        wire.ask(rpc_call(100 + procedure, 2, procedure, arguments)).answer(rpc_reply(100 + procedure, results))

    def compound(*operations):
        return opaque(b"") + words(0, len(operations)) + b"".join(operations)

    def done(*operations, status=0):
        return words(status) + opaque(b"") + words(len(operations)) + b"".join(operations)

    for place, envelope in enumerate((False, True)):
        def pack(content):
            return words(len(content), 5) + content if envelope else content

        def ask4(number, *operations):
            message = rpc_call(number, 4, 1, pack(compound(*operations)), kind=0)
            if envelope:
                credentials = words(1, 0, 5, 2) + opaque(b"CONTEXT!")
                message = message[:24] + words(6, len(credentials)) + credentials + message[32:]
            wire.ask(message)

        wire = Wire(BEGIN + 5_000_000 + place * 1_000_000, 52305 + place, True)
        start = words(18) + bytes(20) + opaque(b"own") + words(0, 0) + opaque(b"opened.txt", True)
        ask4(1, words(53) + bytes(32), words(24), words(15) + opaque(b"dir", True), start, words(10), words(9, 2, 1, 2))
        result = words(18, 0) + bytes(40) + words(2, 0, 0, 0)
        wire.answer(rpc_reply(1, pack(done(words(53, 0) + bytes(36), words(24, 0), words(15, 0), result, words(10, 0) + opaque(two), words(9, 0, 2, 1, 2) + opaque(b"size")))))
        ask4(2, words(22) + opaque(two), words(38) + bytes(16) + struct.pack(">QI", 0, 0) + opaque(b"written!", True), words(5) + bytes(12))
        wire.answer(rpc_reply(2, pack(done(words(22, 0), words(38, 0) + bytes(16), words(5, 0) + bytes(8)))))
        ask4(3, words(22) + opaque(two), words(25) + bytes(16) + struct.pack(">QI", 0, 8))
        wire.answer(rpc_reply(3, pack(done(words(22, 0), words(25, 0, 1) + opaque(b"read it.")))))
        ask4(4, words(22) + opaque(one), words(28) + opaque(b"gone", True))
        wire.answer(rpc_reply(4, pack(done(words(22, 0), words(28, 2), status=2))))
        ask4(5, words(22) + opaque(one), words(6, 2) + opaque(b"made", True) + words(1, 0) + opaque(b""))
        wire.answer(rpc_reply(5, pack(done(words(22, 0), words(6, 0) + bytes(20) + words(1, 0)))))
        ask4(6, words(22) + opaque(two), words(4) + bytes(20))
        wire.answer(rpc_reply(6, pack(done(words(22, 0), words(4, 0) + bytes(16)))))
        ask4(7, words(99))
        wire.answer(rpc_reply(7, pack(done(words(22, 0)))))
        wire.close()


def rdp_sessions(capture):
    """The beginning of sessions of RDP: requests with and without names, answers and refusals of all kinds, what clients say of themselves, channels,
    blocks that are cut or unsound, the change to TLS with the server's certificates."""
    link = plain(capture)

    def tpkt(data):
        return struct.pack(">BBH", 3, 0, 4 + len(data)) + data

    def x224(kind, rest, target=0, options=0):
        return tpkt(struct.pack(">BBHHB", 6 + len(rest), kind, target, 0x1234, options) + rest)

    def data(content):
        return tpkt(b"\2\xf0\x80" + content)

    def wide(text, size):
        return text.encode("utf-16-le").ljust(size, b"\0")

    def core(version=0x80004, width=1280, height=1024, colours=0xca01, layout=0x409, build=2600, name="WATCH-7", keyboard=4, subtype=0, keys=12, method="", more=b""):
        return struct.pack("<IHHHHII", version, width, height, colours, 0xaa03, layout, build) + wide(name, 32) + struct.pack("<III", keyboard, subtype, keys) + wide(method, 64) + more

    full = [struct.pack("<H", 0xca03), struct.pack("<H", 1), struct.pack("<I", 77), struct.pack("<H", 24), struct.pack("<H", 7), struct.pack("<H", 0x7ff), wide("55274-OEM-0011903-00107", 64), b"\6", b"\0",
            struct.pack("<I", 1), struct.pack("<I", 340), struct.pack("<I", 270), struct.pack("<H", 90), struct.pack("<I", 150), struct.pack("<I", 140)]

    def block(kind, content, length=None):
        return struct.pack("<HH", kind, 4 + len(content) if length is None else length) + content

    def channels(*names, count=None):
        return block(0xc003, struct.pack("<I", len(names) if count is None else count) + b"".join(name.ljust(8, b"\0") + bytes(4) for name in names))

    def connect(*blocks, length=None):
        content = b"".join(blocks)
        size = len(content) if length is None else length
        return data(b"\x7f\x65\x82\1\0some BER Duca" + (bytes([size]) if size < 128 else struct.pack(">H", 0x8000 | size)) + content)

    cookie = b"Cookie: mstshash=watch\r\n"
    request = x224(0xe0, cookie + struct.pack("<BBHI", 1, 0, 8, 3))
    answer = data(b"\x7f\x66\x82\1\0")
    sessions = [
        [(True, request), (False, x224(0xd0, struct.pack("<BBHI", 2, 0x1f, 8, 0))), (True, connect(block(0xc001, core(more=b"".join(full))), block(0xc002, bytes(8)), channels(b"rdpdr", b"cliprdr", b"rdpsnd"))), (False, answer),
         (True, data(b"more")), (False, b"anything")],
        [(True, x224(0xe0, b"")), (False, x224(0xd0, b"")), (True, connect(block(0xc001, core()), channels())), (False, answer)],
    ]
    for flags in (1, 2, 8, 11, 4):
        sessions.append([(True, x224(0xe0, struct.pack("<BBHI", 1, flags, 8, 1))), (False, x224(0xd0, struct.pack("<BBHI", 2, flags, 8, flags)))])
    for code in range(0, 9):
        sessions.append([(True, request), (False, x224(0xd0, struct.pack("<BBHI", 3, 0, 8, code)))])
    for odd in (b"Cookie: msts=1\r\n" + struct.pack("<BBHI", 1, 1, 8, 1), b"Cookie: mst", b"Cookie: mstshash=abc", b"Cookie: mstshash=\xff\r\n", b"\1\0\x08", b"\1\0\x09\0\1\0\0\0", cookie + b"rest"):
        sessions.append([(True, x224(0xe0, odd)), (False, x224(0xd0, b"\2\0\x08")), (True, request)])
    sessions.append([(True, x224(0xe2, cookie)), (True, x224(0xe1, cookie)), (True, x224(0xe0, cookie, target=1)), (True, x224(0xe0, cookie, options=0x10)), (True, tpkt(b"\x30\xe0\0\0\0\0\0")), (True, tpkt(b""))])
    blocks = [
        [block(0xc001, core(version=n, build=b, keyboard=k, layout=l, colours=c, name="", method="ime"))] for n, b, k, l, c in
        zip([0x80001, *range(0x80004, 0x8000e), 5, 6, 7, 8, 9, 10, 11, 12, 13], [528, 807, 1057, 1381, 2195, 2600, 3790, 6000, 6001, 6002, 7600, 7601, 9200, 9600, 10240, 10586, 14393, 15063, 16299, 17134, 17763, 1],
            [*range(0, 9)] * 3, [0x401, 0x804, 0x7c, 0x7b, 0x1409, 0x4c0a] * 4, [0xca00, 0xca01, 0xca02, 1] * 6)
    ]
    blocks += [[block(0xc001, core(more=b"".join(full[:n])))] for n in range(0, 15)]
    blocks += [[block(0xc001, core(more=b"".join(full[:n] + [b"\xee" * len(full[n])] + full[n + 1:])))] for n in range(0, 15)]
    blocks += [[block(0xc001, core())[:60]], [block(0xc001, core()), block(0xc003, b"\1\0\0\0abc")], [channels(b"\xff"), block(0xc001, core())], [block(1, b"", 2), channels(b"a")], [block(0xc001, core(), 3)],
               [channels(b"one", count=3)], [block(7, b"x", 90)], [block(0xc001, b"\0\xd8" * 40 + bytes(60))], [channels(b"12345678", b"")]]
    for entry in blocks:
        sessions.append([(True, request), (True, connect(*entry))])
    sessions.append([(True, request), (True, connect(channels(b"a"), length=99)), (True, data(b"\x7f\x65nothing")), (True, data(b"\x7f\x65Duca\xc0")), (True, data(b"\x7f\x67"))])
    sessions.append([(True, request), (False, x224(0xd0, struct.pack("<BBHI", 2, 0, 8, 1))), (True, b"\5neither"), (True, request)])
    sessions.append([(True, request[:4]), (True, request[4:9]), (True, request[9:] + connect(block(0xc001, core()))[:30]), (True, connect(block(0xc001, core()))[30:])])
    for number, session in enumerate(sessions):
        talk = Talk(link, BEGIN + number * 1_000_000, CLIENT, 52400 + number, SERVER, 3389).open()
        for by_client, content in session:
            (talk.ask if by_client else talk.answer)(content)
        talk.close()


def torrent_messages(capture):
    """Messages of BitTorrent's DHT: queries, responses with members and peers, errors, and what cannot be read."""
    link = plain(capture)

    def code(value):
        if isinstance(value, int):
            return b"i%de" % value
        if isinstance(value, str):
            value = value.encode()
        if isinstance(value, bytes):
            return b"%d:%s" % (len(value), value)
        if isinstance(value, list):
            return b"l" + b"".join(map(code, value)) + b"e"
        return b"d" + b"".join(code(key) + code(value[key]) for key in sorted(value)) + b"e"

    me, you = "abcdefghij0123456789", "mnopqrstuvwxyz123456"

    def query(name, **arguments):
        return code({"a": {"id": me, **arguments}, "q": name, "t": "aa", "y": "q"})

    def response(**values):
        return code({"r": {"id": you, **values}, "t": "aa", "y": "r"})

    node = b"NODE-NODE-NODE-NODE-" + bytes([10, 20, 1, 9]) + b"\x1a\xe1"
    node6 = b"NODE-NODE-NODE-NODE-" + bytes(range(16)) + b"\x1a\xe1"
    ping = query("ping")
    messages = [
        ping, response(), query("find_node", target=you), response(nodes=node * 2 + b"rest"), response(nodes6=node6), query("get_peers", info_hash=you),
        response(token="aoeusnth", values=[b"\x0a\x14\1\x07\x1a\xe1", bytes(range(16)) + b"\x1a\xe2"]), response(values="none", nodes=""), response(values=[]),
        query("announce_peer", info_hash=you, implied_port=1, port=6881, token="aoeusnth"), code({"e": [201, "A Generic Error Ocurred"], "t": "aa", "y": "e"}),
        code({"a": {"id": me}, "q": "ping", "t": b"\0\1", "v": "UT01", "y": "q"}), code({"a": {"id": me, "more": [1, 2]}, "q": "ping", "t": "aa", "x": {"y": {"z": 1}}, "y": "q"}), query("ping") + b"rest",
        query("announce_peer", implied_port=256, port=1), query("announce_peer", port=65536), query("announce_peer", port=-1), query("ping", target=7), response(values=[b"abc"]), response(values=[7]),
        code({"a": {"target": me}, "q": "ping", "t": "aa", "y": "q"}), code({"a": {"id": me}, "t": "aa", "y": "q"}), code({"a": {"id": me}, "q": "ping", "y": "q"}), code({"a": {"id": me}, "q": "ping", "t": "aa"}),
        code({"a": {"id": me}, "q": "ping", "t": "aa", "y": "z"}), code({"a": {"id": me}, "q": "ping", "t": "aa", "y": "r"}), code({"e": [201], "t": "aa", "y": "e"}), code({"e": ["text", 5, [1]], "t": "aa", "y": "e"}),
        code({"e": "no", "t": "aa", "y": "e"}), ping[:-1], ping[:40], ping.replace(b"2:id20:", b"2:id99:"), b"d1:ad2:id20:" + me.encode() + b"2:aa1:xe1:q4:ping1:t2:aa1:y1:qe", ping.replace(b"1:t2:aa", b"1:t02:aa"),
        ping.replace(b"1:t2:aa", b"1:ti02e"), b"d1:ad2:id20:" + me.encode() + b"ee", b"d2:ip6:abcdef1:rd2:id20:" + you.encode() + b"e1:t2:aa1:y1:re", b"hello there", b"d1:ad", code({"a": {"id": me, "x": {"y": 1}}, "q": "ping", "t": "aa", "y": "q"}),
        code({"a": {"id": me}, "q": b"\xff", "t": "aa", "y": "q"}),
    ]
    for number, message in enumerate(messages):
        port = 52600 + number
        link.udp(BEGIN + number * 4000, CLIENT, port, SERVER, 6881, ping)
        ends = (SERVER, 6881, CLIENT, port) if b"1:rd" in message or b"1:el" in message else (CLIENT, port, SERVER, 6881)
        link.udp(BEGIN + number * 4000 + 1000, *ends, message)
    link.udp(BEGIN + 1_000_000, CLIENT, 52700, SERVER, 6881, messages[10])
    link.udp(BEGIN + 1_001_000, CLIENT, 52700, SERVER, 6881, ping)


CASES = {
    "bodies-beside-streams": bodies_beside_streams,
    "broken-paths": broken_paths,
    "byte-operations": byte_operations,
    "change-in-pieces": change_in_pieces,
    "chunked-headers": chunked_headers,
    "clocks": clocks,
    "closing": closing,
    "content-across-segments": content_across_segments,
    "controllers": controllers,
    "cut-headers": cut_headers,
    "cut-messages": cut_messages,
    "dns-names": dns_names,
    "dns-over-tcp": dns_over_tcp,
    "ends-of-streams": ends_of_streams,
    "flowbits": flowbits,
    "fragment-headers": fragment_headers,
    "frames-of-streams": frames_of_streams,
    "ftp-modes": ftp_modes,
    "ftp-replies": ftp_replies,
    "holes": holes,
    "holes-in-bodies": holes_in_bodies,
    "holes-in-streams": holes_in_streams,
    "gzip-in-one-piece": gzip_in_one_piece,
    "http-gzip-body": http_gzip_body,
    "http2-resets": http2_resets,
    "http-lines-between": http_lines_between,
    "http-names": http_names,
    "icmp-error": icmp_error,
    "icmp-heads": icmp_heads,
    "ike-sessions": ike_sessions,
    "ip-fragments": ip_fragments,
    "mail-files": mail_files,
    "ip-options": ip_options,
    "last-headers": last_headers,
    "kerberos-tickets": kerberos_tickets,
    "packets-in-l2tp": packets_in_l2tp,
    "leases": leases,
    "made-up-packets": made_up_packets,
    "interim-responses": interim_responses,
    "hooks-of-messages": hooks_of_messages,
    "ldap-requests": ldap_requests,
    "ldap-start-tls": ldap_start_tls,
    "long-file-names": long_file_names,
    "holes-in-heads": holes_in_heads,
    "missing-beginnings": missing_beginnings,
    "mqtt-sessions": mqtt_sessions,
    "named-pipes": named_pipes,
    "nfs-files": nfs_files,
    "ntlm-parts": ntlm_parts,
    "out-of-order-segments": out_of_order_segments,
    "outstations": outstations,
    "payload-sizes": payload_sizes,
    "pop3-greetings": pop3_greetings,
    "postgres-sessions": postgres_sessions,
    "pppoe": pppoe,
    "quic-hellos": quic_hellos,
    "refused-mails": refused_mails,
    "registers": registers,
    "rdp-sessions": rdp_sessions,
    "repeated-behind-fin": repeated_behind_fin,
    "reset-ignored": reset_ignored,
    "resets": resets,
    "sealed-sessions": sealed_sessions,
    "resumed-sessions": resumed_sessions,
    "last-alerts": last_alerts,
    "settings-first": settings_first,
    "sides-of-a-field": sides_of_a_field,
    "sip-messages": sip_messages,
    "smtp-steps": smtp_steps,
    "snmp-messages": snmp_messages,
    "status-lines": status_lines,
    "stream-overlap": stream_overlap,
    "thresholds": thresholds,
    "tls-refusals": tls_refusals,
    "tls-sni": tls_sni,
    "torrent-messages": torrent_messages,
    "truncated-capture": truncated_capture,
    "unacknowledged-ends": unacknowledged_ends,
    "unreadable-messages": unreadable_messages,
    "vnc-sessions": vnc_sessions,
    "websocket-messages": websocket_messages,
}


def main():
    """Writes all cases."""
    target = folder(__doc__, HERE.parent / "Tests/GoldenTests/Cases")
    for name, write in CASES.items():
        capture = Capture()
        write(capture)
        (target / name).mkdir(parents=True, exist_ok=True)
        path = target / name / "input.pcap"
        capture.write(path)
        if name == "truncated-capture":
            path.write_bytes(path.read_bytes()[:-25])


if __name__ == "__main__":
    main()
