import Protocols
import Wire

/// `modbus`: one record for each request with its response.
let modbusRecord = TransactionRecord(protocolName: "modbus", type: .modbus, encode: encodeModbus)

@Sendable
private func encodeModbus(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? ModbusTransaction else { return }
  line.beginObject("modbus")
  line.member("id", transaction.number + 1)
  if let request = transaction.request {
    line.beginObject("request")
    encode(request, into: &line)
    line.endObject()
  }
  if let response = transaction.response {
    line.beginObject("response")
    encode(response, into: &line)
    line.endObject()
  }
  line.endObject()
}

private func encode(_ message: ModbusMessage, into line: inout JSONWriter) {
  line.member("transaction_id", message.transaction)
  line.member("protocol_id", message.protocolNumber)
  line.member("unit_id", message.unit)
  line.member("function_raw", message.function)
  line.member("function_code", functionNames[message.code] ?? "Unknown")
  line.member("access_type", flags(message.access.rawValue, ModbusAccess.names))
  line.member("category", flags(message.category.rawValue, ModbusCategory.names))
  line.member("error_flags", flags(message.errors.rawValue, ModbusErrors.names))
  switch message.content {
  case .none: break
  case .exception(let code):
    line.beginObject("exception")
    line.member("raw", code)
    line.member("code", exceptionNames[code] ?? "Unknown")
    line.endObject()
  case .diagnostic(let subfunction, let data):
    line.beginObject("diagnostic")
    line.member("raw", subfunction)
    line.member("code", diagnosticNames[subfunction] ?? "Reserved")
    line.member("data", text: data)
    line.endObject()
  case .encapsulated(let kind, let data):
    line.beginObject("mei")
    line.member("raw", kind)
    line.member("code", interfaceNames[kind] ?? "Unknown")
    line.member("data", text: data)
    line.endObject()
  case .read(let address, let quantity): encodeRead(address, quantity, into: &line)
  case .readAnswer(let data):
    line.beginObject("read")
    line.member("data", text: data)
    line.endObject()
  case .write(let write): encode(write, into: &line)
  case .readWrite(let address, let quantity, let write):
    encodeRead(address, quantity, into: &line)
    encode(write, into: &line)
  case .bytes(let data): line.member("data", text: data)
  }
}

private func encodeRead(_ address: UInt16, _ quantity: UInt16, into line: inout JSONWriter) {
  line.beginObject("read")
  line.member("address", address)
  line.member("quantity", quantity)
  line.endObject()
}

private func encode(_ write: ModbusWrite, into line: inout JSONWriter) {
  line.beginObject("write")
  switch write {
  case .multiple(let address, let quantity, let data):
    line.member("address", address)
    line.member("quantity", quantity)
    line.member("data", text: data)
  case .mask(let address, let and, let or):
    line.member("address", address)
    line.member("and_mask", and)
    line.member("or_mask", or)
  case .other(let address, let data):
    line.member("address", address)
    line.member("data", data)
  }
  line.endObject()
}

/// Names of the bits that are set; those of single and of several writes have a name together, too.
private func flags(_ bits: UInt8, _ names: [String]) -> String {
  var set = names.indices.filter { bits >> UInt8($0) & 1 != 0 }.map { names[$0] }
  if set.contains("WRITE"), set.contains("SINGLE") { set.append("WRITE_SINGLE") }
  if set.contains("WRITE"), set.contains("MULTIPLE") { set.append("WRITE_MULTIPLE") }
  return set.isEmpty ? "NONE" : set.joined(separator: " | ")
}

private let functionNames: [UInt8: String] = [
  1: "RdCoils", 2: "RdDiscreteInputs", 3: "RdHoldRegs", 4: "RdInputRegs", 5: "WrSingleCoil", 6: "WrSingleReg",
  7: "RdExcStatus", 8: "Diagnostic", 9: "Program484", 10: "Poll484", 11: "GetCommEventCtr",
  12: "GetCommEventLog", 13: "ProgramController", 14: "PollController", 15: "WrMultCoils", 16: "WrMultRegs",
  17: "ReportServerID", 18: "Program884", 19: "ResetCommLink", 20: "RdFileRec", 21: "WrFileRec",
  22: "MaskWrReg", 23: "RdWrMultRegs", 24: "RdFIFOQueue", 43: "MEI",
]

private let diagnosticNames: [UInt16: String] = [
  0: "RetQueryData", 1: "RestartCommOpt", 2: "RetDiagReg", 3: "ChangeInputDelimiter",
  4: "ForceListenOnlyMode", 10: "ClearCtrDiagReg", 11: "RetBusMsgCount", 12: "RetBusCommErrCount",
  13: "RetBusExcErrCount", 14: "RetServerMsgCount", 15: "RetServerNoRespCount", 16: "RetServerNAKCount",
  17: "RetServerBusyCount", 18: "RetBusCharOverrunCount", 19: "RetOverrunErrCount",
  20: "ClearOverrunCounterFlag", 21: "GetClearPlusStats",
]

private let interfaceNames: [UInt8: String] = [13: "CANOpenGenRefReqResp", 14: "RdDevId"]

private let exceptionNames: [UInt8: String] = [
  1: "IllegalFunction", 2: "IllegalDataAddr", 3: "IllegalDataValue", 4: "ServerDeviceFail", 5: "Ack",
  6: "ServerDeviceBusy", 7: "NegAck", 8: "MemParityErr", 10: "GatewayPathUnavailable",
  11: "GatewayTargetFailToResp",
]
