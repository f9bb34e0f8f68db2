"""Cases of lateral.rules."""

import struct

from cases import FILES, answer, post, speech, web
from protocols import response
from windows import SMBTalk, bind, rdp_confirm, rdp_request, uuid

DESKTOP = "10.32.10.31"


def smb(play_out):
    """An SMB conversation of an inside host with the file server, logged in."""

    def play(case):
        talk = SMBTalk(case.link, case.start, case.place(False), case.port, FILES).negotiate().log_in("zhang")
        play_out(talk)
        talk.close()

    return play


def opened(share, *files):
    """A share, and files in it."""

    def play_out(talk):
        talk.connect(f"\\\\{FILES}\\{share}")
        for file in files:
            talk.open(file)

    return smb(play_out)


def piped(pipe, interface, version=1):
    """A pipe, and a bind to an interface over it."""
    return smb(
        lambda talk: talk.connect(f"\\\\{FILES}\\IPC$").open(pipe).write(pipe, bind(uuid(interface), version))
    )


def read_back(file, data):
    """A pipe or file, and what is read from it."""

    def play_out(talk):
        talk.connect(f"\\\\{FILES}\\IPC$").open(file)
        asks = struct.pack("<HBBIQQQIIII", 49, 0x50, 0, 1024, 0, 1, 1, 0, 0, 0, 0) + b"\0"
        talk.exchange(8, asks, struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data)

    return smb(play_out)


def old_smb(command, status, multiplex=64, body=b"\0\0\0", flags=0x98):
    """A message of SMB1 ([MS-CIFS] §2.2.3)."""
    head = (
        b"\xffSMB"
        + struct.pack("<BIBH", command, status, flags, 0xC007)
        + bytes(12)
        + struct.pack("<HHHH", 1, 4, 8, multiplex)
    )
    return struct.pack(">I", len(head) + len(body)) + head + body


def redis(*parts):
    """A command of Redis."""
    return f"*{len(parts)}\r\n".encode() + b"".join(f"${len(part)}\r\n{part}\r\n".encode() for part in parts)


def commands(port, *pairs):
    """Commands and answers between two inside hosts."""
    return speech(port, *[line for pair in pairs for line in pair], outside=False)


def query(text):
    """A query of MySQL and its answer."""
    body = b"\x03" + text.encode()
    return struct.pack("<I", len(body))[:3] + b"\0" + body, b"\x07\0\0\1\0\0\0\2\0\0\0"


def batch(text):
    """A batch of SQL Server and its answer ([MS-TDS] §2.2.6.7)."""
    body = bytes.fromhex("16000000120000000200000000000000000001000000") + text.encode("utf-16-le")
    return b"\x01\x01" + struct.pack(
        ">H", 8 + len(body)
    ) + b"\0\0\1\0" + body, b"\x04\x01\0\x15\0\x35\1\0\xfd\0\0\xc1\0" + bytes(8)


def shares(theme):
    """Shares, pipes and files over SMB."""
    hit, miss = theme.hit, theme.miss
    hit(9000601, "ADMIN$", opened("ADMIN$"))
    miss(9000601, "a share called ADMINS", opened("ADMINS"))
    hit(9000602, "C$", opened("C$"))
    miss(9000602, "a public share", opened("public", "a.docx"))
    miss(9000602, "IPC$ alone", opened("IPC$"))
    hit(9000603, "PSEXESVC.exe", opened("public", "PSEXESVC.exe"))
    miss(9000603, "psexec's manual", opened("public", "psexec-manual.docx"))
    hit(9000604, "bind to service control", piped("svcctl", "367abb81-9844-35f1-ad32-98f038001003", 2))
    miss(9000604, "bind to the workstation service", piped("wkssvc", "6bffd098-a112-3610-9833-46c3f87e345a"))
    hit(9000605, "bind to the task scheduler", piped("atsvc", "86d35949-83c9-4044-b424-db363231fd0c"))
    miss(9000605, "bind to the server service", piped("srvsvc", "4b324fc8-1670-01d3-1278-5a47bf6ee188", 3))
    reply = b"\x05\0\x0c\x03\x10\0\0\0\x3c\0\0\0\1\0\0\0" + bytes(44)
    hit(
        9000606,
        "log-in to WMI over TCP",
        speech(
            49670, bind(uuid("f309ad18-d86a-11d0-a075-00c04fb68820"), 0), reply, server=DESKTOP, outside=False
        ),
    )
    miss(
        9000606,
        "another interface over TCP",
        speech(
            49671, bind(uuid("e1af8308-5d1f-11c9-91a4-08002b14a0fa"), 3), reply, server=DESKTOP, outside=False
        ),
    )
    hit(
        9000607,
        "bind to replication over TCP",
        speech(
            49667, bind(uuid("e3514235-4b06-11d1-ab04-00c04fc2dcd2"), 4), reply, server=DESKTOP, outside=False
        ),
    )
    miss(
        9000607,
        "bind to the log-on service",
        speech(
            49668, bind(uuid("12345678-1234-abcd-ef00-01234567cffb"), 1), reply, server=DESKTOP, outside=False
        ),
    )
    hit(9000608, "bind to the registry", piped("winreg", "338cd001-2244-31f1-aaaa-900038001003"))
    miss(9000608, "bind to the spooler", piped("spoolss", "12345678-1234-abcd-ef00-0123456789ab"))
    hit(9000609, "pipe of the service", opened("IPC$", "RemCom_communicaton"))
    miss(9000609, "the same word spelt right", opened("IPC$", "RemCom_communication"))
    hit(9000618, "lsass.dmp", opened("public", "temp\\lsass.dmp"))
    miss(9000618, "another dump", opened("public", "temp\\explorer.dmp"))
    hit(9000619, "ntds.dit", opened("public", "temp\\ntds.dit"))
    miss(9000619, "another database", opened("public", "temp\\notes.dit"))
    hit(
        9000620,
        "prompt over a pipe",
        read_back("x-stdout", b"Microsoft Windows [Version 10.0.17763.107]\r\nC:\\>"),
    )
    miss(
        9000620,
        "a document that names Windows",
        read_back("readme.txt", b"This program needs Microsoft Windows 10."),
    )


def cases(theme):
    """All cases."""
    shares(theme)
    hit, miss = theme.hit, theme.miss
    wsman = "application/soap+xml;charset=UTF-8"
    hit(
        9000610,
        "remote management by a Ruby client",
        web(
            post("/wsman", "<s:Envelope/>", wsman, agent="Ruby WinRM Client (2.8.3)"),
            server=DESKTOP,
            port=5985,
            outside=False,
        ),
    )
    miss(
        9000610,
        "remote management by Windows",
        web(
            post("/wsman", "<s:Envelope/>", wsman, agent="Microsoft WinRM Client"),
            server=DESKTOP,
            port=5985,
            outside=False,
        ),
    )
    hit(
        9000611,
        "cookie of the administrator",
        speech(3389, rdp_request("Administrator"), rdp_confirm(), server=DESKTOP, outside=False),
    )
    miss(
        9000611,
        "cookie of a person",
        speech(3389, rdp_request("zhang.wei"), rdp_confirm(), server=DESKTOP, outside=False),
    )
    ask = old_smb(0x25, 0, body=b"\x10" + bytes(40), flags=0x18)
    hit(
        9000612,
        "answer of an open host",
        speech(445, ask, old_smb(0x25, 0xC0000205), server=DESKTOP, outside=False),
    )
    miss(
        9000612,
        "answer of a mended host",
        speech(445, ask, old_smb(0x25, 0xC0000008), server=DESKTOP, outside=False),
    )
    ask = old_smb(0x32, 0, 65, b"\x0f" + bytes(60), 0x18)
    hit(
        9000613,
        "answer with the changed number",
        speech(445, ask, old_smb(0x32, 0xC0000002, 0x51), server=DESKTOP, outside=False),
    )
    miss(
        9000613,
        "answer with the same number",
        speech(445, ask, old_smb(0x32, 0xC0000002, 65), server=DESKTOP, outside=False),
    )
    ok = b"+OK\r\n"
    hit(
        9000614,
        "folder of cron",
        commands(
            6379,
            (redis("config", "set", "dir", "/var/spool/cron/"), ok),
            (redis("config", "set", "dbfilename", "root"), ok),
        ),
    )
    miss(9000614, "folder of the data", commands(6379, (redis("config", "set", "dir", "/var/lib/redis"), ok)))
    hit(9000615, "module loaded", commands(6379, (redis("module", "load", "/tmp/exp.so"), ok)))
    miss(9000615, "modules listed", commands(6379, (redis("module", "list"), b"*0\r\n")))
    hit(
        9000616,
        "library written",
        commands(3306, query("select unhex('7f454c46') into dumpfile '/usr/lib/mysql/plugin/udf.so'")),
    )
    hit(
        9000616,
        "function made",
        commands(3306, query("create function sys_eval returns string soname 'udf.so'")),
    )
    miss(9000616, "table written", commands(3306, query("select * from news into outfile '/tmp/news.csv'")))
    hit(9000617, "xp_cmdshell", commands(1433, batch("exec master..xp_cmdshell 'whoami'")))
    miss(9000617, "another procedure", commands(1433, batch("exec master..xp_fixeddrives")))
    made = response("201 Created", '{"Id":"4fa6"}', "application/json")
    root = '{"Image":"alpine","Cmd":["/bin/sh"],"HostConfig":{"Binds":["/:/mnt"]}}'
    hit(
        9000621,
        "the whole disk bound",
        web((post("/v1.41/containers/create", root, "application/json"), made), port=2375, outside=False),
    )
    miss(
        9000621,
        "a folder bound",
        web(
            (
                post(
                    "/v1.41/containers/create", root.replace("/:/mnt", "/srv/data:/data"), "application/json"
                ),
                made,
            ),
            port=2375,
            outside=False,
        ),
    )
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----\n"
    hit(9000622, "key", answer(key, "/backup/id_rsa", kind="text/plain"))
    miss(
        9000622,
        "certificate",
        answer(key.replace("RSA PRIVATE KEY", "CERTIFICATE"), "/ca.pem", kind="text/plain"),
    )
