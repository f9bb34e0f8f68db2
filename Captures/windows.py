"""What Windows hosts say to each other: SMB2 with NTLM, DCE/RPC over pipes, the first packets of remote
desktop.
"""

import struct

from packets import Dice, Talk

# SMB2 ([MS-SMB2] §2.2)


def smb(command, body, message, session=0, tree=0, from_server=False, status=0):
    """An SMB2 message with its header and the length before it."""
    head = (
        b"\xfeSMB"
        + struct.pack(
            "<HHIHHIIQIIQ",
            64,
            1,
            status,
            command,
            31,
            1 if from_server else 0,
            0,
            message,
            0xFEFF,
            tree,
            session,
        )
        + bytes(16)
    )
    return struct.pack(">I", len(head) + len(body)) + head + body


def ntlm_negotiate():
    """The first NTLMSSP message, bare ([MS-NLMP] §2.2.1.1)."""
    return b"NTLMSSP\0" + struct.pack("<II", 1, 0xE2088297) + bytes(16) + b"\x0a\0\x63\x45\0\0\0\x0f"


def ntlm_challenge(host, seed):
    """The server's challenge."""
    label = host.encode("utf-16-le")
    information = (
        struct.pack("<HH", 2, len(label)) + label + struct.pack("<HH", 1, len(label)) + label + bytes(4)
    )
    head = b"NTLMSSP\0" + struct.pack("<IHHI", 2, len(label), len(label), 56) + struct.pack("<I", 0xE2898215)
    head += (
        Dice("ntlm", seed).bytes(8)
        + bytes(8)
        + struct.pack("<HHI", len(information), len(information), 56 + len(label))
    )
    return head + b"\x0a\0\x63\x45\0\0\0\x0f" + label + information


def ntlm_authenticate(user, domain, host, seed):
    """The client's answer."""
    dice, parts, offset, fields = Dice("ntlm", seed, "answer"), b"", 72, b""
    for part in (
        dice.bytes(24),
        dice.bytes(180),
        domain.encode("utf-16-le"),
        user.encode("utf-16-le"),
        host.encode("utf-16-le"),
        dice.bytes(16),
    ):
        fields += struct.pack("<HHI", len(part), len(part), offset)
        parts += part
        offset += len(part)
    return (
        b"NTLMSSP\0"
        + struct.pack("<I", 3)
        + fields
        + struct.pack("<I", 0xE2888215)
        + b"\x0a\0\x63\x45\0\0\0\x0f"
        + parts
    )


def session_setup(blob):
    """Request body of SESSION_SETUP."""
    return struct.pack("<HBBIIHHQ", 25, 0, 1, 1, 0, 88, len(blob), 0) + blob


def session_reply(blob=b"", flags=0):
    """Response body of SESSION_SETUP."""
    return struct.pack("<HHHH", 9, flags, 72, len(blob)) + blob


def tree_connect(path):
    """Request body of TREE_CONNECT."""
    data = path.encode("utf-16-le")
    return struct.pack("<HHHH", 9, 0, 72, len(data)) + data


def create(file, access=0x0012019F):
    """Request body of CREATE."""
    data = file.encode("utf-16-le")
    return struct.pack(
        "<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, access, 0x80, 7, 3, 0x40, 120, len(data), 0, 0
    ) + (data or b"\0")


def create_reply(seed):
    """Response body of CREATE."""
    return (
        struct.pack("<HBBI", 89, 0, 0, 1)
        + bytes(48)
        + struct.pack("<II", 0x80, 0)
        + Dice("file", seed).bytes(16)
        + bytes(8)
    )


def write(seed, data, offset=0):
    """Request body of WRITE."""
    return (
        struct.pack("<HHIQ", 49, 112, len(data), offset)
        + Dice("file", seed).bytes(16)
        + struct.pack("<IIHHI", 0, 0, 0, 0, 0)
        + data
    )


class SMBTalk:
    """An SMB2 conversation: each call is one exchange."""

    def __init__(self, link, start, client, port, server, host="FILESRV"):
        self.talk = Talk(link, start, client, port, server, 445, systems=("windows", "windows")).open()
        self.message, self.session, self.tree, self.host = 0, 0, 0, host
        self.seed = (client, port, server)

    def exchange(self, command, body, answer, status=0):
        """A request and its response."""
        self.talk.ask(smb(command, body, self.message, self.session, self.tree))
        self.talk.answer(smb(command, answer, self.message, self.session, self.tree, True, status))
        self.message += 1
        return self

    def negotiate(self):
        """Dialects 2.0.2 and 2.1; the server takes 2.1."""
        guid = Dice("guid", self.host).bytes(16)
        ask = (
            struct.pack("<HHHHI", 36, 2, 1, 0, 0)
            + Dice("guid", self.seed).bytes(16)
            + bytes(8)
            + struct.pack("<HH", 0x0202, 0x0210)
        )
        reply_body = (
            struct.pack("<HHHH", 65, 1, 0x0210, 0)
            + guid
            + struct.pack("<IIIIQQHHI", 7, 1 << 20, 1 << 20, 1 << 20, 0, 0, 128, 0, 0)
        )
        return self.exchange(0, ask, reply_body)

    def log_in(self, user, domain="CITY", accepted=True):
        """NTLM in three messages."""
        self.session = 0
        ask, challenge = session_setup(ntlm_negotiate()), session_reply(ntlm_challenge(self.host, self.seed))
        self.talk.ask(smb(1, ask, self.message, 0))
        self.session = int.from_bytes(Dice("session", self.seed).bytes(6), "big")
        self.talk.answer(smb(1, challenge, self.message, self.session, 0, True, 0xC0000016))
        self.message += 1
        answer = session_setup(ntlm_authenticate(user, domain, "WS", self.seed))
        return self.exchange(1, answer, session_reply(), 0 if accepted else 0xC000006D)

    def connect(self, path, accepted=True):
        """A tree, such as a share."""
        self.tree = 0
        self.talk.ask(smb(3, tree_connect(path), self.message, self.session))
        self.tree = 1 + len(path)
        body = struct.pack("<HBBIII", 16, 2 if path.endswith("IPC$") else 1, 0, 0x30, 0, 0x001F01FF)
        status = 0 if accepted else 0xC0000022
        self.talk.answer(
            smb(
                3,
                body if accepted else b"\x09\0\0\0\0\0\0\0\0",
                self.message,
                self.session,
                self.tree,
                True,
                status,
            )
        )
        self.message += 1
        return self

    def open(self, file):
        """A file or pipe is opened."""
        return self.exchange(5, create(file), create_reply((self.seed, file)))

    def write(self, file, data):
        """Data is written to an open file or pipe."""
        return self.exchange(
            9, write((self.seed, file), data), struct.pack("<HHIIHH", 17, 0, len(data), 0, 0, 0)
        )

    def close(self):
        """The conversation ends."""
        self.talk.close()
        return self


def bind(interface, version):
    """A DCE/RPC bind to an interface ([C706] §12.6.4.3)."""
    syntax = bytes.fromhex("045d888aeb1cc9119fe808002b104860") + struct.pack("<I", 2)
    body = (
        struct.pack("<HHIBBHHBB", 4280, 4280, 0, 1, 0, 0, 0, 1, 0)
        + interface
        + struct.pack("<I", version)
        + syntax
    )
    return struct.pack("<BBBBIHHI", 5, 0, 11, 3, 0x10, 16 + len(body), 0, 1) + body


def uuid(text):
    """The 16 bytes of an interface's identifier as DCE/RPC sends them."""
    first, second, third, fourth, fifth = text.split("-")
    return struct.pack("<IHH", int(first, 16), int(second, 16), int(third, 16)) + bytes.fromhex(
        fourth + fifth
    )


def call(number, stub):
    """A DCE/RPC request."""
    body = struct.pack("<IHH", len(stub), 0, number) + stub
    return struct.pack("<BBBBIHHI", 5, 0, 0, 3, 0x10, 16 + len(body), 0, 2) + body


def wide(text):
    """A conformant, varying string of NDR, in UTF-16 with its end, filled up to four bytes."""
    data = (text + "\0").encode("utf-16-le")
    return struct.pack("<III", len(data) // 2, 0, len(data) // 2) + data + bytes(-len(data) % 4)


def service(handle, title, program):
    """The stub of RCreateServiceW ([MS-SCMR] §3.1.4.12)."""
    kinds = struct.pack("<IIII", 0x000F01FF, 0x10, 3, 0)
    return handle + wide(title) + struct.pack("<I", 0x20000) + wide(title) + kinds + wide(program) + bytes(28)


# Remote desktop ([MS-RDPBCGR] §2.2.1.1)


def rdp_request(cookie, protocols=3):
    """An X.224 connection request with a routing cookie."""
    body = f"Cookie: mstshash={cookie}\r\n".encode() + struct.pack("<BBHI", 1, 0, 8, protocols)
    return struct.pack(">BBHBBHHB", 3, 0, 11 + len(body), 6 + len(body), 0xE0, 0, 0, 0) + body


def rdp_confirm(protocol=1):
    """The server's connection confirm."""
    return struct.pack(">BBHBBHHB", 3, 0, 19, 14, 0xD0, 0, 0x1234, 0) + struct.pack(
        "<BBHI", 2, 0x1F, 8, protocol
    )
