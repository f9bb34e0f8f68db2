"""Cases of products.rules: the rows of its table."""

from cases import web
from cases.products_table import ROWS
from protocols import request, response


# General rules that see the same.
ALSO = {9001107: [9000207], 9001120: [9000218], 9001126: [9000203], 9001128: [9000207]}


def asked(method, target, body=None, headers=()):
    """One request."""
    kind = [("Content-Type", "application/x-www-form-urlencoded")] if body is not None else []
    return web((request(method, target, "www.city.example", [*kind, *headers], body or ""), response("403 Forbidden", "no")))


def cases(theme):
    """All cases."""
    for sid, *_, note, hit, other, miss, _ in ROWS:
        theme.hit(sid, note, asked(*hit), also=ALSO.get(sid, ()))
        theme.miss(sid, other, asked(*miss))
