import Protocols
import Wire

/// What SMB's transactions are told of, by the names of `smb.types`.
package enum SMBRecordType: String, Sendable, CaseIterable {
  case file, negotiate, dcerpc, create, ioctl, rename, generic
  case treeConnect = "tree_connect"
  case sessionSetup = "session_setup"
  case setFilePathInformation = "set_file_path_info"

  init(_ transaction: SMBTransaction) {
    switch transaction.detail {
    case .none: self = .generic
    case .negotiation: self = .negotiate
    case .setup: self = .sessionSetup
    case .tree: self = .treeConnect
    case .create: self = .create
    case .transfer: self = .file
    case .control: self = .ioctl
    case .call: self = .dcerpc
    case .change(let change): self = change.newName == nil ? .setFilePathInformation : .rename
    }
  }
}

/// `smb`: a command and its response, a call, or a file.
let smbRecord = TransactionRecord(
  protocolName: "smb", type: .smb, hasProgress: false,
  isWanted: { context in
    guard let transaction = context.transaction as? SMBTransaction else { return false }
    return context.settings.smbTypes.contains(SMBRecordType(transaction))
  }, encode: encodeSMB)

@Sendable
private func encodeSMB(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? SMBTransaction else { return }
  line.beginObject("smb")
  line.member("id", transaction.number &+ 1)
  line.key("dialect")
  encode(transaction.dialect, into: &line)
  let isOld = transaction.version == 1
  line.member(
    "command",
    literal: isOld ? SMBNames.command1(transaction.command) : SMBNames.command2(transaction.command))
  if let status = transaction.status { encode(status, into: &line) }
  // Transfers of the old version go over any number of trees and sessions, as Suricata tells them.
  var isTransfer = false
  if case .transfer = transaction.detail { isTransfer = true }
  line.member("session_id", isOld && isTransfer ? 0 : transaction.session)
  line.member("tree_id", isOld && isTransfer ? 0 : transaction.tree)
  switch transaction.detail {
  case .none: break
  case .negotiation(let negotiation): encode(negotiation, into: &line)
  case .setup(let setup): encode(setup, into: &line)
  case .tree(let tree): encode(tree, into: &line)
  case .create(let create): encode(create, into: &line)
  case .transfer(let transfer):
    line.member("filename", text: transfer.name)
    line.member("share", text: transfer.share)
    line.member("fuid", text: transfer.handle.text)
  case .control(let function): encode(function: function, into: &line)
  case .call(let call): encode(call, into: &line)
  case .change(let change): encode(change, into: &line)
  }
  line.endObject()
}

private func encode(_ dialect: SMBDialect, into line: inout JSONWriter) {
  switch dialect {
  case .unknown: line.appendQuoted("unknown")
  case .named(let name): line.appendQuoted(name.rawSpan)
  case .numbered(let number):
    line.bytes.append(UInt8(ascii: "\""))
    line.bytes.append(SMBNames.dialect(number))
    line.bytes.append(UInt8(ascii: "\""))
  }
}

private func encode(_ status: SMBStatus, into line: inout JSONWriter) {
  switch status {
  case .nt(let number):
    line.member("status", NTStatus.name(of: number) ?? String(number))
    line.member("status_code", "0x" + String(number, radix: 16))
  case .dos(let kind, let code):
    if kind == 0, code == 0 {
      line.member("status", literal: "STATUS_SUCCESS")
      line.member("status_code", literal: "0x0")
      return
    }
    if kind == 2, let name = SMBNames.serverError(code) {
      line.member("status", literal: name)
    } else {
      line.member("status", String(code))
    }
    let digits = String(code, radix: 16)
    line.member("status_code", "0x" + String(repeating: "0", count: 4 - digits.count) + digits)
  }
}

private func encode(_ negotiation: SMBNegotiation, into line: inout JSONWriter) {
  line.beginArray("client_dialects")
  for dialect in negotiation.dialects {
    switch dialect {
    case .unknown: break
    case .named(let name): line.element(text: name)
    case .numbered(let number): line.element(SMBNames.dialect(number).description)
    }
  }
  line.endArray()
  if let client = negotiation.client { line.member("client_guid", text: client) }
  if let server = negotiation.server {
    line.member("server_guid", text: server)
  } else if negotiation.client != nil {
    line.member("server_guid", text: [])
  }
  if let bytes = negotiation.readBytesMax { line.member("max_read_size", bytes) }
  if let bytes = negotiation.writeBytesMax { line.member("max_write_size", bytes) }
}

private func encode(_ setup: SMBSessionSetup, into line: inout JSONWriter) {
  if let ntlmssp = setup.ntlmssp {
    line.beginObject("ntlmssp")
    line.member("domain", text: ntlmssp.domain)
    line.member("user", text: ntlmssp.user)
    line.member("host", text: ntlmssp.host)
    if let version = ntlmssp.version {
      line.member(
        "version", "\(version.major).\(version.minor) build \(version.build) rev \(version.revision)")
    }
    line.endObject()
  }
  if let kerberos = setup.kerberos {
    line.beginObject("kerberos")
    line.member("realm", text: kerberos.realm)
    line.beginArray("snames")
    for name in kerberos.names { line.element(text: name) }
    line.endArray()
    line.endObject()
  }
  for (key, systems) in [("request" as StaticString, setup.request), ("response", setup.response)] {
    guard let systems else { continue }
    line.beginObject(key)
    line.member("native_os", text: systems.system)
    line.member("native_lm", text: systems.manager)
    line.endObject()
  }
}

private func encode(_ tree: SMBTreeConnect, into line: inout JSONWriter) {
  if tree.isPipe { line.member("named_pipe", text: tree.name) } else { line.member("share", text: tree.name) }
  if let type = tree.type { line.member("share_type", literal: SMBNames.share(type)) }
  if tree.requestedService != nil || tree.service != nil {
    line.beginObject("service")
    if let service = tree.requestedService { line.member("request", text: service) }
    if let service = tree.service { line.member("response", text: service) }
    line.endObject()
  }
}

private func encode(_ create: SMBCreate, into line: inout JSONWriter) {
  let isDirectory = create.options & 1 != 0 && !create.name.isEmpty
  let name = create.name.isEmpty ? Array("<share_root>".utf8) : create.name
  if isDirectory { line.member("directory", text: name) } else { line.member("filename", text: name) }
  line.member("disposition", literal: SMBNames.disposition(create.disposition))
  line.member("access", literal: create.options & 0x1000 != 0 ? "delete on close" : "normal")
  line.member("created", SMBText.seconds(create.times.0))
  line.member("accessed", SMBText.seconds(create.times.1))
  line.member("modified", SMBText.seconds(create.times.2))
  line.member("changed", SMBText.seconds(create.times.3))
  line.member("size", create.size)
  line.member("fuid", text: create.handle?.text ?? [])
}

private func encode(function: UInt32, into line: inout JSONWriter) {
  if let name = SMBNames.function(function) {
    line.member("function", literal: name)
  } else {
    line.member("function", "0x" + String(function, radix: 16))
  }
}

private func encode(_ change: SMBFileChange, into line: inout JSONWriter) {
  if let newName = change.newName {
    if change.subcommand == nil, change.handle != nil {
      line.beginObject("set_info")
      line.member("class", literal: "FILE_INFO")
      line.member("info_level", literal: "SMB2_FILE_RENAME_INFO")
      line.endObject()
    }
    line.beginObject("rename")
    line.member("from", text: change.name)
    line.member("to", text: newName)
    line.endObject()
  } else {
    line.member("filename", text: change.name)
    line.member("access", literal: change.isDeleted ? "delete on close" : "normal")
  }
  if let subcommand = change.subcommand {
    line.member("subcmd", literal: subcommand == 8 ? "SET_FILE_INFO" : "SET_PATH_INFO")
    line.member(
      "level_of_interest",
      literal: change.newName == nil ? "Set Disposition Information" : "Set Rename Information")
  }
  if let handle = change.handle { line.member("fuid", text: handle.text) }
}

private func encode(_ call: DCERPCCall, into line: inout JSONWriter) {
  line.beginObject("dcerpc")
  if let request = call.request { line.member("request", literal: request.name) }
  if let response = call.response {
    line.member("response", literal: response.name)
  } else {
    line.member("response", literal: "UNREPLIED")
  }
  if call.request == .request {
    line.member("opnum", call.operation)
    line.beginObject("req")
    encode(call.stubs.toServer, into: &line)
    line.endObject()
  }
  if !call.interfaces.isEmpty {
    line.beginArray("interfaces")
    for interface in call.interfaces {
      line.beginObject()
      line.member("uuid", text: interface.identifier.text)
      encodeVersion(of: interface, into: &line)
      if call.request != .request, call.response != nil {
        line.member("ack_result", interface.result)
        // Suricata does not read the reason of named pipes' answers, and tools know it so.
        line.member("ack_reason", 0)
      }
      line.endObject()
    }
    line.endArray()
  }
  if call.response == .response {
    line.beginObject("res")
    encode(call.stubs.toClient, into: &line)
    line.endObject()
  }
  line.member("call_id", call.identifier)
  line.endObject()
}
