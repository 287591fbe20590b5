internal import SampanFerry
internal import SampanRecords
internal import SampanRPC

extension ConsentError {
    /// What the other side is told: never anything of a patient.
    var rpcError: RPCError {
        switch self {
        case .code(let refusal): refusal.rpcError
        case .tooMany(let perPatient):
            RPCError(
                .resourceExhausted, reason: "TOO_MANY_CODES",
                perPatient
                    ? "this patient was sent as many codes as may be in ten minutes; wait"
                    : "as many codes were asked for as may be in an hour"
            )
        case .tooManyGrants:
            RPCError(
                .resourceExhausted, reason: "TOO_MANY_GRANTS", "the patient has as many grants as one may have; one must be taken back")
        case .roleNotAllowed: RPCError(.permissionDenied, reason: "ROLE_NOT_ALLOWED", "the role does not take part in this")
        case .unknown: RPCError(.notFound, reason: "CONSENT_UNKNOWN", "there is no such grant or emergency access here")
        case .ownReview:
            RPCError(.permissionDenied, reason: "OWN_REVIEW", "who opened an emergency access does not review it; another person must")
        case .reviewed: RPCError(.failedPrecondition, reason: "REVIEWED_BEFORE", "this emergency access was reviewed before")
        case .requestReused:
            RPCError(.alreadyExists, reason: "REQUEST_ID_REUSED", "something else was asked for under this request_id; use a new one")
        case .notSent: RPCError(.unavailable, reason: "CODE_NOT_SENT", "the code could not be sent, and is void; ask for another later")
        case .records(let error): error.rpcError
        }
    }

    static func run<T>(_ body: () async throws(ConsentError) -> T) async throws(RPCError) -> T {
        do throws(ConsentError) { return try await body() } catch { throw error.rpcError }
    }
}

extension CodeRefusal {
    /// The reason is the refusal's own word.
    var rpcError: RPCError {
        switch self {
        case .unknown: RPCError(.notFound, reason: rawValue, "there is no such code for whoever presents it")
        case .wrong: RPCError(.permissionDenied, reason: rawValue, "the code is another one; try again")
        case .used: RPCError(.failedPrecondition, reason: rawValue, "the code was used before; ask for another")
        case .expired: RPCError(.failedPrecondition, reason: rawValue, "the code is older than five minutes; ask for another")
        case .exhausted: RPCError(.failedPrecondition, reason: rawValue, "the code was presented wrong too often; ask for another")
        case .replaced: RPCError(.failedPrecondition, reason: rawValue, "another code was made since, or this one was not sent")
        case .locked: RPCError(.resourceExhausted, reason: rawValue, "too many wrong codes were presented for this person today")
        }
    }
}

extension SignInError {
    /// What an app is told: nothing that tells whether there is such a person.
    var rpcError: RPCError {
        switch self {
        case .locked: CodeRefusal.locked.rpcError
        case .tooMany(let perPaper):
            RPCError(
                .resourceExhausted, reason: "TOO_MANY_CODES",
                perPaper ? "as many codes were asked for with this paper as may be in ten minutes; wait" : "the app asks for too many codes"
            )
        case .noSession:
            RPCError(.unauthenticated, reason: "NO_SESSION", "the session is not, or no longer, open, or is another app's; sign in")
        case .indexUnavailable: RPCError(.unavailable, reason: "INDEX_UNAVAILABLE", "the patient index cannot be asked now; try again")
        case .records(let error): error.rpcError
        }
    }

    static func run<T>(_ body: () async throws(SignInError) -> T) async throws(RPCError) -> T {
        do throws(SignInError) { return try await body() } catch { throw error.rpcError }
    }
}
