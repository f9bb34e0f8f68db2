"""Benign traffic of all access points over the whole time."""

import daily
import protocols
from exercise_01 import CONFIG, DESK, FILES, HOST, NAMES, PORTAL, QUEUE, STATION, STATION_2, WATCH, T
from packets import SECOND, Dice

BEGIN, END = T("01:00:00"), T("01:40:30")


def visitors(site):
    """Pages of the portal and of the queue, the office's own TLS and files."""
    dice = Dice("everyday")
    for number in range(9):
        start = BEGIN + number * 265 * SECOND + dice.below(60 * SECOND)
        daily.visit(
            site.portal,
            start,
            f"192.0.2.{dice.between(10, 60)}",
            PORTAL,
            HOST,
            delay=19000,
            rough=number % 4 == 1,
        )
        daily.secure_visit(
            site.portal,
            start + 31 * SECOND,
            f"192.0.2.{dice.between(100, 190)}",
            PORTAL,
            "portal",
            delay=19000,
        )
        daily.visit(
            site.hall,
            start + 47 * SECOND,
            f"10.32.10.{dice.between(31, 39)}",
            PORTAL,
            HOST,
            pages=1,
            delay=2600,
            rough=number == 2,
        )
        if number % 2 == 0:
            daily.secure_visit(
                site.hall,
                start + 63 * SECOND,
                f"10.32.10.{dice.between(31, 39)}",
                "192.0.2.82",
                dice.choice(["news", "update", "bank"]),
            )
            daily.share(site.hall, start + 88 * SECOND, f"10.32.10.{dice.between(31, 39)}", FILES)
        daily.visit(
            site.hall,
            start + 101 * SECOND,
            STATION_2 if number % 2 else STATION,
            QUEUE,
            "queue.xz.city.example",
            pages=1,
            systems=("windows", "windows"),
            delay=14000,
        )


def lookups(site):
    """Names, and what is fetched after them."""
    dice = Dice("lookups")
    for link, client, count in (
        (site.hall, DESK, 5),
        (site.hall, "10.32.10.33", 4),
        (site.station, STATION, 5),
        (site.station_2, STATION_2, 5),
    ):
        for number in range(count):
            start = BEGIN + number * 460 * SECOND + dice.below(200 * SECOND)
            later = daily.names(link, start, client, NAMES)
            if link in (site.station, site.station_2):
                daily.secure_visit(
                    link,
                    later,
                    client,
                    "192.0.2.83",
                    dice.choice(["mail", "update", "news", "bank"]),
                    delay=24000,
                )
                daily.visit(
                    link, later + 40 * SECOND, client, "192.0.2.84", "www.news.example", pages=1, delay=24000
                )


def machinery(site):
    """Time, mail, monitoring, and the lines themselves."""
    dice = Dice("machinery")
    for client, link in (
        (PORTAL, site.portal),
        (CONFIG, site.cloud),
        (FILES, site.hall),
        (STATION, site.station),
        (STATION_2, site.station_2),
    ):
        for number in range(3):
            protocols.ntp(
                link, BEGIN + number * 1024 * SECOND + dice.below(90 * SECOND), client, "10.31.250.4"
            )
    for clock in ("01:02:40", "01:16:11", "01:33:52"):
        daily.mail(site.portal, T(clock), "198.51.100.5", "10.31.4.25")
    daily.monitor(site.portal, BEGIN + SECOND, END, WATCH, [PORTAL, "10.31.4.25"], 120 * SECOND)
    daily.monitor(site.hall, BEGIN + 2 * SECOND, END, WATCH, [FILES, QUEUE], 120 * SECOND)
    daily.neighbours(site.hall, BEGIN + 3 * SECOND, END, [FILES, QUEUE, DESK], "10.32.10.254", 480 * SECOND)
    daily.dial(site.station, BEGIN + 4 * SECOND, STATION, "station")
    daily.dial(site.station_2, BEGIN + 95 * SECOND, STATION_2, "station-2")
    daily.keepalive(site.station, BEGIN + 5 * SECOND, END, "station", 90 * SECOND)
    daily.keepalive(site.station_2, BEGIN + 97 * SECOND, END, "station-2", 90 * SECOND)
    for number in range(3):
        start = BEGIN + number * 700 * SECOND + 20 * SECOND
        protocols.lookup(
            site.portal,
            start,
            "2001:db8:50::8",
            "2001:db8:31:4::2",
            "www.city.example",
            "AAAA",
            [(None, "AAAA", 300, "2001:db8:31:4::20")],
        )
        site.portal.ping(start + SECOND, "2001:db8:50::8", "2001:db8:31:4::20", 77, number, bytes(range(32)))
        daily.visit(site.portal, start + 3 * SECOND, "2001:db8:50::8", "2001:db8:31:4::20", HOST, pages=1)


def play(site):
    """All of it."""
    for part in (visitors, lookups, machinery):
        part(site)
