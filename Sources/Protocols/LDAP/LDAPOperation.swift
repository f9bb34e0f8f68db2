import Wire

/// What a message asks or answers (RFC 4511 §4.2 to §4.14).
package enum LDAPOperation: Sendable {
  case bind(version: Int64, name: [UInt8], sasl: Credentials?)
  case unbind
  case search(Search)
  case modify(object: [UInt8], changes: [Change])
  case add(entry: [UInt8], attributes: [Attribute])
  case delete(entry: [UInt8])
  case rename(entry: [UInt8], newName: [UInt8], deletesOld: Bool, newSuperior: [UInt8]?)
  case compare(entry: [UInt8], attribute: [UInt8], value: [UInt8])
  case abandon
  case extendedRequest(name: [UInt8], value: [UInt8]?)
  /// Responses that have nothing but a result.
  case result(Result)
  case bindResponse(Result, credentials: [UInt8]?)
  case extendedResponse(Result, name: [UInt8]?, value: [UInt8]?)
  case entry(object: [UInt8], attributes: [Attribute])
  case reference
  case intermediate(name: [UInt8]?, value: [UInt8]?)
  /// One whose contents are not kept.
  case cut

  package struct Credentials: Sendable {
    package let mechanism: [UInt8]
    package let credentials: [UInt8]?
  }

  package struct Attribute: Sendable {
    package let name: [UInt8]
    package let values: [[UInt8]]
  }

  package struct Change: Sendable {
    package let operation: Int64
    package let attribute: Attribute
  }

  package struct Result: Sendable {
    package let code: Int64
    package let matched: [UInt8]
    package let message: [UInt8]
  }

  package struct Search: Sendable {
    package let base: [UInt8]
    package let scope: Int64
    package let aliases: Int64
    package let sizeLimit: Int64
    package let timeLimit: Int64
    package let typesOnly: Bool
    /// The attribute that must be present, where the filter asks for nothing else.
    package let present: [UInt8]?
    package let attributes: [[UInt8]]
  }

  /// Names of operations by their application tags.
  package static let names: [UInt8: String] = [
    0: "bind_request", 1: "bind_response", 2: "unbind_request", 3: "search_request",
    4: "search_result_entry", 5: "search_result_done", 6: "modify_request", 7: "modify_response",
    8: "add_request", 9: "add_response", 10: "del_request", 11: "del_response", 12: "mod_dn_request",
    13: "mod_dn_response", 14: "compare_request", 15: "compare_response", 16: "abandon_request",
    19: "search_result_reference", 23: "extended_request", 24: "extended_response",
    25: "intermediate_response",
  ]

  static func isRequest(_ code: UInt8) -> Bool {
    switch code {
    case 0, 2, 3, 6, 8, 10, 12, 14, 16, 23: true
    default: false
    }
  }

  /// Entry that the operation is about.
  var entryName: [UInt8]? {
    switch self {
    case .bind(_, let name, _): name
    case .search(let search): search.base
    case .modify(let object, _): object
    case .add(let entry, _), .delete(let entry), .rename(let entry, _, _, _), .compare(let entry, _, _): entry
    case .entry(let object, _): object
    default: outcome?.matched
    }
  }

  /// Attributes that the operation names.
  var attributeNames: [[UInt8]] {
    switch self {
    case .search(let search): search.attributes
    case .modify(_, let changes): changes.map(\.attribute.name)
    case .add(_, let attributes), .entry(_, let attributes): attributes.map(\.name)
    case .compare(_, let attribute, _): [attribute]
    default: []
    }
  }

  /// The result that a response brings.
  package var outcome: Result? {
    switch self {
    case .result(let result), .bindResponse(let result, _), .extendedResponse(let result, _, _): result
    default: nil
    }
  }

  /// Names of results (§4.1.9, and those in use beside them).
  package static let resultNames: [Int64: String] = [
    0: "success", 1: "operations_error", 2: "protocol_error", 3: "time_limit_exceeded",
    4: "size_limit_exceeded", 5: "compare_false", 6: "compare_true", 7: "auth_method_not_supported",
    8: "stronger_auth_required", 10: "referral", 11: "admin_limit_exceeded",
    12: "unavailable_critical_extension", 13: "confidentiality_required", 14: "sasl_bind_in_progress",
    16: "no_such_attribute", 17: "undefined_attribute_type", 18: "inappropriate_matching",
    19: "constraint_violation", 20: "attribute_or_value_exists", 21: "invalid_attribute_syntax",
    32: "no_such_object", 33: "alias_problem", 34: "invalid_dns_syntax", 35: "is_leaf",
    36: "alias_dereferencing_problem", 48: "inappropriate_authentication", 49: "invalid_credentials",
    50: "insufficient_access_rights", 51: "busy", 52: "unavailable", 53: "unwilling_to_perform",
    54: "loop_detect", 60: "sort_control_missing", 61: "offset_range_error", 64: "naming_violation",
    65: "object_class_violation", 66: "not_allowed_on_non_leaf", 67: "not_allowed_on_rdn",
    68: "entry_already_exists", 69: "object_class_mods_prohibited", 70: "results_too_large",
    71: "affects_multiple_dsas", 76: "control_error", 80: "other", 81: "server_down", 82: "local_error",
    83: "encoding_error", 84: "decoding_error", 85: "timeout", 86: "auth_unknown", 87: "filter_error",
    88: "user_canceled", 89: "param_error", 90: "no_memory", 91: "connect_error", 92: "not_supported",
    93: "control_not_found", 94: "no_results_returned", 95: "more_results_to_return", 96: "client_loop",
    97: "referral_limit_exceeded", 100: "invalid_response", 101: "ambiguous_response",
    112: "tls_not_supported", 113: "intermediate_response", 114: "unknown_type", 118: "canceled",
    119: "no_such_operation", 120: "too_late", 121: "cannot_cancel", 122: "assertion_failed",
    123: "authorization_denied", 4096: "e_sync_refresh_required", 16654: "no_operation",
  ]
}
