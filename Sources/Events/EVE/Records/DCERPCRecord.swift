import Protocols
import Wire

/// `dcerpc`: a call or negotiation and its answer.
let dcerpcRecord = TransactionRecord(protocolName: "dcerpc", type: .dcerpc, encode: encodeDCERPC)

@Sendable
private func encodeDCERPC(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? DCERPCTransaction else { return }
  let call = transaction.call
  line.beginObject("dcerpc")
  if let request = call.request {
    line.member("request", literal: request.name)
    if request == .request {
      line.beginObject("req")
      line.member("opnum", call.operation)
      encode(call.stubs.toServer, into: &line)
      line.endObject()
    }
    // What an alteration offers shows with the requests that use it.
    if request != .alterContext, transaction.activity == nil, !call.interfaces.isEmpty {
      encode(call.interfaces, into: &line)
    }
  } else {
    line.member("request", literal: "REQUEST_LOST")
  }
  if let response = call.response {
    line.member("response", literal: response.name)
    if response == .response {
      line.beginObject("res")
      encode(call.stubs.toClient, into: &line)
      line.endObject()
    }
  } else {
    line.member("response", literal: "UNREPLIED")
  }
  if let activity = transaction.activity {
    line.member("activityuuid", text: activity.text)
    line.member("seqnum", call.identifier)
    line.member("rpc_version", literal: "4.0")
  } else {
    line.member("call_id", call.identifier)
    line.member("rpc_version", literal: call.minorVersion == 0 ? "5.0" : "5.1")
  }
  line.endObject()
}

func encode(_ stub: DCERPCStub, into line: inout JSONWriter) {
  line.member("frag_cnt", stub.fragments)
  line.member("stub_data_size", stub.total)
}

private func encode(_ interfaces: [DCERPCInterface], into line: inout JSONWriter) {
  line.beginArray("interfaces")
  for interface in interfaces {
    line.beginObject()
    line.member("uuid", text: interface.identifier.text)
    encodeVersion(of: interface, into: &line)
    line.member("ack_result", interface.result)
    line.endObject()
  }
  line.endArray()
}

/// The version as `major.minor`.
func encodeVersion(of interface: DCERPCInterface, into line: inout JSONWriter) {
  line.key("version")
  line.bytes.append(UInt8(ascii: "\""))
  line.bytes.appendDecimal(interface.majorVersion)
  line.bytes.append(UInt8(ascii: "."))
  line.bytes.appendDecimal(interface.minorVersion)
  line.bytes.append(UInt8(ascii: "\""))
}
