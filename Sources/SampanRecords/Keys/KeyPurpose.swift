package import SampanDomain

/// What a data key is for. The raw value is bound to everything the key seals.
package enum KeyPurpose: String, Sendable, Hashable {
    /// An institution's: wraps the content keys of its documents.
    case contents
    /// The node's: HMAC, makes the opaque names of patients, readers and requests.
    case names
    /// The node's: HMAC over the codes that are sent to patients.
    case codes
    /// The node's: seals grants, code requests and break-glass sessions.
    case consents
    /// The node's: seals who looked.
    case readings
    /// The node's: seals notices that wait to be sent.
    case notices
}

/// Whose a data key is.
package enum KeyOwner: Sendable, Hashable {
    case node
    case institution(InstitutionCode)

    /// Empty for the node: no institution has such a code.
    var text: String {
        switch self {
        case .node: ""
        case .institution(let code): code.text
        }
    }
}
