/// Events of SMB, by their names in rules, in the order of their numbers.
package enum SMBEvent: UInt8, Sendable, CaseIterable {
  case internalError, malformedData, recordOverflow, malformedNTLMSSPRequest, malformedDialects, fileOverlap
  case requestToClient, responseToServer, maxReadSizeTooLarge, maxWriteSizeTooLarge, readRequestTooLarge
  case readResponseTooLarge, writeRequestTooLarge, readQueueSizeExceeded, readQueueCountExceeded
  case writeQueueSizeExceeded, writeQueueCountExceeded, unusualNTLMSSPOrder, tooManyTransactions

  var name: String {
    switch self {
    case .internalError: "internal_error"
    case .malformedData: "malformed_data"
    case .recordOverflow: "record_overflow"
    case .malformedNTLMSSPRequest: "malformed_ntlmssp_request"
    case .malformedDialects: "negotiate_malformed_dialects"
    case .fileOverlap: "file_overlap"
    case .requestToClient: "request_to_client"
    case .responseToServer: "response_to_server"
    case .maxReadSizeTooLarge: "negotiate_max_read_size_too_large"
    case .maxWriteSizeTooLarge: "negotiate_max_write_size_too_large"
    case .readRequestTooLarge: "read_request_too_large"
    case .readResponseTooLarge: "read_response_too_large"
    case .writeRequestTooLarge: "write_request_too_large"
    case .readQueueSizeExceeded: "read_queue_size_exceeded"
    case .readQueueCountExceeded: "read_queue_cnt_exceeded"
    case .writeQueueSizeExceeded: "write_queue_size_exceeded"
    case .writeQueueCountExceeded: "write_queue_cnt_exceeded"
    case .unusualNTLMSSPOrder: "unusual_ntlmssp_order"
    case .tooManyTransactions: "too_many_transactions"
    }
  }
}
