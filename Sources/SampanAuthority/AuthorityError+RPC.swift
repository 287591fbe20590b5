internal import SampanAPI
internal import SampanCrypto
internal import SampanMesh
package import SampanRPC

extension AuthorityError: RPCErrorConvertible {
    /// What a caller gets to see: never a path, a key, or what a library said inside.
    package var rpcError: RPCError {
        switch self {
        case .storage(let error):
            RPCError(.unavailable, reason: "STORAGE_UNAVAILABLE", "the authority's journal cannot be used now; try again", cause: error)
        case .journal(let fault):
            RPCError(.dataLoss, reason: "JOURNAL_DAMAGED", "the authority's journal is damaged (\(fault)); stop it and look", cause: fault)
        case .refused(let refusal): refusal.rpcError
        case .crypto(let error): Self.rpc(error)
        case .files(let error):
            RPCError(.unavailable, reason: "FILES_UNAVAILABLE", "a file of the authority cannot be written now; try again", cause: error)
        case .epoch(let error): Self.invalid(error.field, error.detail)
        case .keyMissing(let id):
            RPCError(.failedPrecondition, reason: "KEY_MISSING", "the authority has no key \(id); put its file back into keys/")
        case .rootAsleep:
            RPCError(
                .failedPrecondition, reason: "ROOT_ASLEEP",
                "this needs the root's key, which is asleep: do it offline beside the journal, with the root's passphrase")
        case .requestIDReused:
            RPCError(.alreadyExists, reason: "REQUEST_ID_REUSED", "another request was made under this request_id; use a new one")
        case .invalid(let field, let text): Self.invalid(field, text)
        case .tooManyRenewals(let milliseconds):
            RPCError(
                code: .resourceExhausted, message: "too many nodes renew at once; try again in \(milliseconds) ms",
                details: [
                    GoogleRPC.ErrorInfo(reason: "TOO_MANY_RENEWALS", domain: "sampan"),
                    GoogleRPC.RetryInfo(retryDelay: GoogleProtobuf.Duration(.milliseconds(milliseconds))),
                ])
        case .exists: RPCError(.alreadyExists, reason: "AUTHORITY_EXISTS", "there is an authority already")
        case .absent: RPCError(.failedPrecondition, reason: "NO_AUTHORITY", "there is no authority; found one first")
        case .noEpoch(let number): RPCError(.notFound, reason: "NO_SUCH_EPOCH", "there is no epoch \(number)")
        case .retiredIssuer:
            RPCError(
                .permissionDenied, reason: "ISSUER_RETIRED",
                "this certificate is of an issuer that has gone; it is good to renew, and for nothing else")
        }
    }

    private static func invalid(_ field: String, _ text: String) -> RPCError {
        RPCError(
            code: .invalidArgument, message: "\(field): \(text)",
            details: [
                GoogleRPC.BadRequest(fieldViolations: [GoogleRPC.BadRequest.FieldViolation(field: field, description: text)])
            ])
    }

    private static func rpc(_ error: CryptoError) -> RPCError {
        switch error.reason {
        case .library: RPCError(code: .internal, message: "the authority's cryptography failed; its log has the reason", cause: error)
        case .wrongPassphrase, .keyMismatch, .keyFilePermissions, .fileMissing, .fileUnreadable, .unsupportedEncryption:
            RPCError(
                .failedPrecondition, reason: "KEY_UNUSABLE", "a key of the authority cannot be used; its log has the reason", cause: error)
        case .outsideIssuerValidity:
            RPCError(.failedPrecondition, reason: "ISSUER_EXPIRED", "the issuer has expired: roll it over", cause: error)
        default: invalid("certificate_request", error.detail)
        }
    }
}

extension AuthorityRefusal: RPCErrorConvertible {
    package var rpcError: RPCError {
        switch self {
        case .notFounded: AuthorityError.absent("").rpcError
        case .alreadyFounded: AuthorityError.exists("").rpcError
        case .badAuthority(let why): RPCError(.failedPrecondition, reason: "BAD_AUTHORITY", why)
        case .wrongDomain(let domain): RPCError(.invalidArgument, reason: "WRONG_DOMAIN", "\(domain) is not this authority's trust domain")
        case .custodyChain(let institution, let custodian):
            RPCError(
                .failedPrecondition, reason: "CUSTODY_CHAIN",
                "\(custodian) keeps for \(institution) already, and who is kept for keeps for nobody; name the last one in the row")
        case .tokenExists: RPCError(.alreadyExists, reason: "TOKEN_EXISTS", "there is such a token already")
        case .unknownToken:
            RPCError(.unauthenticated, reason: "UNKNOWN_TOKEN", "this authority has made no such token, or has forgotten it")
        case .tokenExpired: RPCError(.unauthenticated, reason: "TOKEN_EXPIRED", "the token has expired; ask an admin for another")
        case .tokenUsed:
            RPCError(.unauthenticated, reason: "TOKEN_USED", "the token was used for another request; ask an admin for another")
        case .wrongIdentity: RPCError(.permissionDenied, reason: "WRONG_IDENTITY", "the certificate would name somebody else")
        case .unknownCertificate:
            RPCError(
                .permissionDenied, reason: "UNKNOWN_CERTIFICATE",
                "this authority knows no such certificate of this node that is valid still: enroll again")
        case .denied(let denial): denial.rpcError
        case .notTheActiveIssuer: RPCError(.aborted, reason: "ISSUER_CHANGED", "the issuer has changed meanwhile; try again")
        case .outlivesIssuer: RPCError(code: .internal, message: "a certificate would have ended after its issuer")
        case .revokedForGood: RPCError(.failedPrecondition, reason: "REVOKED_FOR_GOOD", "it is revoked for good; only locks can be lifted")
        case .unknownNode:
            RPCError(.permissionDenied, reason: "UNKNOWN_NODE", "this authority has issued no certificate to this node: enroll it")
        case .foreignEpoch(let node, let number):
            RPCError(
                .failedPrecondition, reason: "FOREIGN_EPOCH",
                "\(node.uri) holds an epoch \(number) that this authority never made: another signs, or this journal was cut short")
        case .rollover(let refusal): refusal.rpcError
        case .epoch(let error): AuthorityError.epoch(error).rpcError
        }
    }
}

extension RolloverRefusal {
    /// Nodes that are named in a message: it travels in trailers. `GetRollover` names all.
    private static let namedNodes = 8

    fileprivate var rpcError: RPCError {
        switch self {
        case .notItsTurn(let next):
            let turn = next.map { "the next verb is \($0)" } ?? "it is over; plan another"
            return RPCError(.failedPrecondition, reason: "NOT_ITS_TURN", "it is not this verb's turn: \(turn)")
        case .waitsFor(let laggards):
            let names = laggards.prefix(Self.namedNodes).map { laggard in
                "\(laggard.node.uri) (at epoch \(laggard.acknowledged)\(laggard.showsOutgoing ? ", shows the old issuer's certificate" : ""))"
            }
            let more = laggards.count > Self.namedNodes ? " and \(laggards.count - Self.namedNodes) more" : ""
            return RPCError(
                .failedPrecondition, reason: "WAITS_FOR_NODES", "it waits for \(names.joined(separator: ", "))\(more)")
        case .tooLateToAbort:
            return RPCError(
                .failedPrecondition, reason: "TOO_LATE_TO_ABORT", "the old one is on its way out: finish, then plan another rollover")
        case .unknown(let newest):
            return RPCError(.notFound, reason: "NO_SUCH_ROLLOVER", "the newest rollover is \(newest)")
        case .anotherUnderWay(let number):
            return RPCError(.failedPrecondition, reason: "ANOTHER_UNDER_WAY", "rollover \(number) is not over")
        case .badMaterial(let why): return RPCError(.failedPrecondition, reason: "BAD_MATERIAL", why)
        }
    }
}

extension Denial {
    /// What the refused are told: the reason for programs as on connections that are cut.
    fileprivate var rpcError: RPCError {
        let reason: String
        if endsAt != nil {
            reason = "LOCKED"
        } else {
            switch subject {
            case .certificate: reason = "CERTIFICATE_REVOKED"
            case .node: reason = "NODE_REVOKED"
            case .institution: reason = "INSTITUTION_REVOKED"
            }
        }
        return RPCError(.permissionDenied, reason: reason, message.isEmpty ? "refused by the region's authority" : message)
    }
}

extension RPCError {
    /// An error with a reason for programs (`google.rpc.ErrorInfo`, domain `sampan`).
    init(_ code: StatusCode, reason: String, _ message: String, cause: (any Error)? = nil) {
        self.init(code: code, message: message, details: [GoogleRPC.ErrorInfo(reason: reason, domain: "sampan")], cause: cause)
    }
}
