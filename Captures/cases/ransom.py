"""Cases of ransom.rules."""

from cases import FILES, OUTSIDE, speech
from cases.lateral import smb
from cases.tunnel_beacon import lookups
from packets import SECOND, Dice
from windows import call

NOTE = b"All your files have been encrypted. Write to us.\r\n"


def written(names, data=b""):
    """Files of a share that are opened, and written."""

    def play_out(talk):
        talk.connect(f"\\\\{FILES}\\public")
        for number, name in enumerate(names):
            talk.talk.now += SECOND // 4
            talk.open(name)
            if data:
                talk.write(name, data)

    return smb(play_out)


def told(text):
    """A command that goes through service control."""

    def play_out(talk):
        talk.connect(f"\\\\{FILES}\\IPC$").open("svcctl").write("svcctl", call(19, bytes(20) + text.encode("utf-16-le")))

    return smb(play_out)


def pool(text, port=3333):
    """What a miner says to its pool."""
    return speech(port, text.encode() + b"\n", b'{"id":1,"result":{"status":"OK"}}\n', server=OUTSIDE, outside=False)


def cases(theme):
    """All cases."""
    hit, miss = theme.hit, theme.miss
    hit(9000901, "12 files in 3 seconds", written([f"a\\plan-{n}.docx.locked" for n in range(12)]))
    miss(9000901, "12 usual files", written([f"a\\plan-{n}.docx" for n in range(12)]))
    miss(9000901, "2 such files", written([f"a\\door-{n}.locked" for n in range(2)]))
    hit(9000902, "how to decrypt", written(["a\\HOW_TO_DECRYPT.hta"]))
    miss(9000902, "how to print", written(["a\\HOW_TO_PRINT.txt"]))
    hit(9000903, "the text", written(["a\\note.txt"], NOTE))
    miss(9000903, "another text", written(["a\\note.txt"], b"The files have been moved to another share.\r\n"))
    hit(9000904, "the name", lookups(["iuqerfsodp9ifjaposdfjhgosurijfaewrwergwea.com"]))
    miss(9000904, "a long name", lookups(["iuqerfsodp9-not-the-switch.example"]))
    hit(9000905, "shadow copies", told("cmd /c vssadmin delete shadows /all /quiet"))
    miss(9000905, "shadow copies listed", told("cmd /c vssadmin list shadows"))
    login = '{{"id":1,"jsonrpc":"2.0","method":"login","params":{{"login":"4A","pass":"x","agent":"{}"}}}}'
    hit(9000906, "XMRig", pool(login.format("XMRig/6.21.0 (Linux x86_64)")))
    miss(9000906, "another program", pool(login.format("Backup/1.0")))
    hit(9000907, "subscription", pool('{"id":1,"method":"mining.subscribe","params":["cgminer/4.10"]}'))
    miss(9000907, "another subscription", pool('{"id":1,"method":"news.subscribe","params":["city"]}'))
    hit(9000908, "a pool", lookups(["pool.supportxmr.com"]))
    miss(9000908, "a name that ends so", lookups(["www.supportxmr.com.example"]))
