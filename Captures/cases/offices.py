"""Cases of extranet.rules: office automation of Seeyon, Weaver, Yonyou, Landray, Tongda; and what its
other part shares.
"""

from urllib.parse import quote

from cases import get, post, web
from protocols import form, response

ERROR = response("500 Internal Server Error", "error")
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=----z3"
JAVA = b"\xac\xed\x00\x05sr\x00\x11java.util.HashMap" + bytes(60)


def sent(target, body, kind=FORM, **options):
    """A body that the server refuses."""
    return web((post(target, body, kind, **options), ERROR))


def asked(target, said=ERROR, **options):
    """A request."""
    return web((get(target, **options), said))


def uploaded(target, file, field="file", content="words"):
    """A file sent in a form."""
    return sent(target, form("----z3", [(field, file, "image/png", content)]), MULTIPART)


def office(theme):
    """Office automation of Seeyon, Weaver, Yonyou, Landray, Tongda."""
    hit, miss = theme.hit, theme.miss
    hit(
        9000801,
        "message that writes a file",
        sent(
            "/seeyon/htmlofficeservlet",
            "DBSTEP V3.0     355             0               666             DBSTEP=OKMLlKlV",
            "text/plain",
        ),
    )
    miss(9000801, "the servlet without a message", asked("/seeyon/htmlofficeservlet"))
    hit(
        9000802,
        "parameters of a link in mail",
        sent(
            "/seeyon/thirdpartyController.do",
            "method=access&enc=TT5uZnR0YmhmL21qb2wvZXBkL2dwbWVmcy9wcWZvJ04%2BLjgzODQxNDMxMjQzNDU4NTkyNzknVT4zNjk0NzI5NDo3MjU4&clientPath=127.0.0.1",
        ),
    )
    miss(
        9000802, "another method", sent("/seeyon/thirdpartyController.do", "method=show&clientPath=127.0.0.1")
    )
    hit(
        9000803,
        "two dots and a semicolon",
        asked("/seeyon/thirdpartyController.do.css/..;/ajax.do?method=ajaxAction&managerName=formulaManager"),
    )
    miss(
        9000803, "the interface itself", asked("/seeyon/ajax.do?method=ajaxAction&managerName=formulaManager")
    )
    hit(
        9000804,
        "exec in a script",
        sent(
            "/weaver/bsh.servlet.BshServlet",
            "bsh.script=ex%5Cu0065c(%22whoami%22);&bsh.servlet.captureOutErr=true",
        ),
    )
    hit(
        9000804,
        "exec in Yonyou NC",
        sent("/servlet/~ic/bsh.servlet.BshServlet", "bsh.script=exec(%22id%22);"),
    )
    miss(9000804, "the page alone", asked("/weaver/bsh.servlet.BshServlet"))
    hit(9000805, "JSP", uploaded("/page/exportImport/uploadOperation.jsp", "x.jsp"))
    miss(9000805, "spreadsheet", uploaded("/page/exportImport/uploadOperation.jsp", "x.xlsx"))
    hit(
        9000806,
        "file of the configuration",
        asked("/weaver/ln.FileDownload?fpath=../ecology/WEB-INF/web.xml"),
    )
    miss(9000806, "file of its own", asked("/weaver/ln.FileDownload?fpath=filesystem/202611/a.docx"))
    hit(
        9000807,
        "proxy in a message",
        sent(
            "/services%20/WorkflowServiceXml",
            "<soapenv:Envelope><web:string>&lt;dynamic-proxy&gt;&lt;interface&gt;java.lang.Comparable&lt;/interface&gt;</web:string></soapenv:Envelope>",
            "text/xml",
        ),
    )
    miss(
        9000807,
        "workflow in a message",
        sent(
            "/services/WorkflowServiceXml",
            "<soapenv:Envelope><web:string>leave</web:string></soapenv:Envelope>",
            "text/xml",
        ),
    )
    hit(
        9000808,
        "PHP as a logo",
        uploaded(
            "/general/index/UploadFile.php?m=uploadPicture&uploadType=eoffice_logo&userId=",
            "test.php",
            "Filedata",
        ),
    )
    miss(
        9000808,
        "picture as a logo",
        uploaded(
            "/general/index/UploadFile.php?m=uploadPicture&uploadType=eoffice_logo&userId=",
            "logo.png",
            "Filedata",
        ),
    )
    hit(
        9000809,
        "file out of its folder",
        sent(
            "/aim/equipmap/accept.jsp",
            form(
                "----z3",
                [
                    ("upload", "a.jsp", "text/plain", "x"),
                    ("fname", None, "", "../../../webapps/nc_web/a.jsp"),
                ],
            ),
            MULTIPART,
        ),
    )
    miss(
        9000809,
        "file in its folder",
        sent(
            "/aim/equipmap/accept.jsp",
            form("----z3", [("upload", "a.png", "image/png", "x"), ("fname", None, "", "a.png")]),
            MULTIPART,
        ),
    )
    hit(
        9000810,
        "object to mxservlet",
        sent("/servlet/mxservlet", JAVA, "application/octet-stream"),
        also=[9000301],
    )
    miss(
        9000810,
        "other data to mxservlet",
        sent("/servlet/mxservlet", b"\x00\x01" + JAVA, "application/octet-stream"),
    )
    hit(
        9000811,
        "JSP",
        sent(
            "/UploadFileData?action=upload_file&filename=../../R9iPortal/x.jsp",
            form("----z3", [("myfile", "a.jpg", "image/jpeg", "x")]),
            MULTIPART,
        ),
    )
    miss(
        9000811,
        "picture",
        sent(
            "/UploadFileData?action=upload_file&filename=photo.jpg",
            form("----z3", [("myfile", "a.jpg", "image/jpeg", "x")]),
            MULTIPART,
        ),
    )
    hit(
        9000812,
        "properties of the administrator",
        sent(
            "/sys/ui/extend/varkind/custom.jsp",
            "var=" + quote('{"body":{"file":"/WEB-INF/KmssConfig/admin.properties"}}'),
        ),
    )
    miss(
        9000812,
        "another variable",
        sent("/sys/ui/extend/varkind/custom.jsp", "var=" + quote('{"title":{"text":"news"}}')),
    )
    hit(
        9000813,
        "script",
        asked("/data/sys-common/datajson.js?s_bean=sysFormulaSimulateByJS&script=function%20x(){}&type=1"),
    )
    miss(9000813, "another bean", asked("/data/sys-common/datajson.js?s_bean=sysCategoryTree&script=1"))
    hit(
        9000814,
        "upload without a log-in",
        sent(
            "/ispirit/im/upload.php",
            form(
                "----z3",
                [
                    ("UPLOAD_MODE", None, "", "2"),
                    ("P", None, "", "123"),
                    ("ATTACHMENT", "a.jpg", "image/jpeg", "x"),
                ],
            ),
            MULTIPART,
        ),
    )
    miss(
        9000814,
        "upload through another page",
        sent(
            "/general/im/upload.php",
            form("----z3", [("UPLOAD_MODE", None, "", "2"), ("ATTACHMENT", "a.jpg", "image/jpeg", "x")]),
            MULTIPART,
        ),
    )
    hit(
        9000815,
        "file included",
        sent(
            "/ispirit/interface/gateway.php",
            "json=" + quote('{"url":"/general/../../attach/im/2011/1.a.jpg"}'),
        ),
    )
    miss(
        9000815,
        "message passed on",
        sent("/ispirit/interface/gateway.php", "json=" + quote('{"url":"/general/email/index.php"}')),
    )
