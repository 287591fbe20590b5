internal import SampanAPI
package import SampanRPC

/// Why nobody of an institution's staff is believed to act. Raw values are stable: callers decide by them.
package enum StaffTokenRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// The method needs a token, and there is none.
    case missing = "STAFF_TOKEN_MISSING"
    /// Not a token: too long, not readable, a field beyond its limits, or two of them.
    case malformed = "STAFF_TOKEN_MALFORMED"
    /// The chain of its signer leads to no root of the region.
    case untrusted = "STAFF_TOKEN_UNTRUSTED"
    /// The signer's key is not P-256: no other algorithm is taken.
    case algorithm = "STAFF_TOKEN_ALGORITHM"
    /// Another key has signed, or a byte was changed.
    case signature = "STAFF_TOKEN_SIGNATURE"
    /// A node signs for its own institution's staff, and programs sign for nobody.
    case signer = "STAFF_TOKEN_SIGNER"
    /// The region refuses the node that signed.
    case denied = "STAFF_TOKEN_DENIED"
    /// It was said to other institutions.
    case audience = "STAFF_TOKEN_AUDIENCE"
    /// It claims a life of more than ten minutes, or none.
    case life = "STAFF_TOKEN_LIFE"
    case notYet = "STAFF_TOKEN_NOT_YET"
    case expired = "STAFF_TOKEN_EXPIRED"
    /// The call comes over another certificate than the token is bound to.
    case binding = "STAFF_TOKEN_BINDING"
    /// The caller's certificate is another institution's.
    case institution = "STAFF_TOKEN_INSTITUTION"
    /// The registry does not have the member.
    case unknown = "STAFF_UNKNOWN"
    /// The member, or its home entry, is suspended, closed or over.
    case suspended = "STAFF_SUSPENDED"
    /// The institution, or that of the home entry, is suspended, closed or over.
    case institutionSuspended = "INSTITUTION_SUSPENDED"
    /// The token claims a role that the registry does not grant.
    case roleNotGranted = "STAFF_ROLE_NOT_GRANTED"
    /// The method needs a role that the token does not claim.
    case roleNeeded = "STAFF_ROLE_NEEDED"
    /// The node has not heard from the registry for its limit: it believes nobody.
    case stale = "STAFF_STANDING_STALE"
    /// OpenSSL failed.
    case library = "STAFF_TOKEN_LIBRARY"

    package var error: RPCError {
        let code: StatusCode =
            switch self {
            case .library: .internal
            case .stale: .unavailable
            case .suspended, .institutionSuspended, .roleNotGranted, .roleNeeded, .unknown: .permissionDenied
            default: .unauthenticated
            }
        return RPCError(
            code: code, message: text, details: [GoogleRPC.ErrorInfo(reason: rawValue, domain: MeshRouter.errorDomain, metadata: [:])])
    }

    private var text: String {
        switch self {
        case .missing: "this method is for members of staff: send a token of yours in sampan-staff-bin"
        case .malformed: "the staff token cannot be read"
        case .untrusted: "the staff token is signed by nobody who is trusted here"
        case .algorithm: "the staff token's signer has a key that is not P-256"
        case .signature: "the staff token was changed, or another key has signed it"
        case .signer: "a staff token is signed by a node of the member's own institution"
        case .denied: "the node that signed the staff token is refused by the region"
        case .audience: "the staff token was made for other institutions"
        case .life: "a staff token lives for ten minutes at the most"
        case .notYet: "the staff token is not valid yet; are the clocks right?"
        case .expired: "the staff token is over; get another one"
        case .binding: "the staff token is bound to another certificate than the call's"
        case .institution: "the staff token is another institution's than the certificate"
        case .unknown: "the registry does not have this member of staff"
        case .suspended: "this member of staff may not act"
        case .institutionSuspended: "this institution may not act"
        case .roleNotGranted: "the staff token claims a role that the registry does not grant"
        case .roleNeeded: "this method needs a role that the staff token does not claim"
        case .stale: "the registry of staff cannot be heard, and nobody is believed without it; try again"
        case .library: "the staff token could not be verified"
        }
    }
}
